import { getNamedType, getNullableType, isListType } from 'graphql'
import { html, type Content, type Html } from '../html/html.ts'
import { isConnection, type RootField } from '../model/read-model.ts'
import { describe, errorUrl, inline, namedErrors, oursBadge, typeReference } from './description.ts'
import type { Page } from './layout.ts'
import { codeBlock, deprecation, inputEntry } from './parts.ts'
import { rootPath, type Site } from './site.ts'
import { unfoldInput, unfoldPayload } from './unfolded.ts'
import { areaNames, fill } from './words.ts'

/** The page of a query or mutation. */
export function rootFieldPage(site: Site, root: RootField): Page {
  const { words, language } = site
  const { field, kind, name } = root
  const kindName = kind === 'query' ? words.query : words.mutation
  return {
    path: rootPath(kind, name),
    title: name,
    hasContents: true,
    above: [
      { title: words.reference, path: 'reference/index.html' },
      {
        title: `${areaNames[language][root.area] ?? root.area} · ${kind === 'query' ? words.queries : words.mutations}`,
        path: `reference/index.html#${root.area}-${kind}`,
      },
    ],
    body: html`<div class="with-example">
      <div class="text">
        <p class="kind">${kindName} · ${areaNames[language][root.area] ?? root.area}</p>
        <h1>${name} ${oursBadge(site, field.description)}</h1>
        ${deprecation(site, field.deprecationReason)} ${describe(site, field.description)}
        <section aria-labelledby="page-arguments">
          <h2 id="page-arguments">${words.arguments}</h2>
          ${
            field.args.length === 0
              ? html`<p class="none">–</p>`
              : html`<dl class="entries">
                  ${field.args.map((argument) => inputEntry(site, argument, argument.name, unfoldInput(site, argument)))}
                </dl>`
          }
        </section>
        <section aria-labelledby="page-returns">
          <h2 id="page-returns">${words.returns}</h2>
          <p>${typeReference(site, field.type)}</p>
          ${describe(site, getNamedType(field.type).description)} ${unfoldPayload(site, field.type)}
        </section>
        ${scopes(site, root)}${cost(site, root)}${errors(site, root)}
      </div>
      ${example(site, root)}
    </div>`,
  }
}

function scopes(site: Site, { scope }: RootField): Html {
  const { words } = site
  return html`<section aria-labelledby="page-scopes">
    <h2 id="page-scopes">${words.scopes}</h2>
    <p>${inline(site, fill(words.scopeNeeds, { scope: `\`${scope}\`` }))}</p>
  </section>`
}

function cost(site: Site, { field, example: shown }: RootField): Html {
  const { words } = site
  const rule = isConnection(field)
    ? words.costOfPage
    : isListType(getNullableType(field.type))
      ? words.costOfList
      : words.costOfOne
  return html`<section aria-labelledby="page-cost">
    <h2 id="page-cost">${words.cost}</h2>
    <p>${rule} ${shown && fill(words.exampleCost, { n: shown.cost })}</p>
  </section>`
}

function errors(site: Site, { field }: RootField): Content {
  const codes = namedErrors(site, field.description)
  if (codes.length === 0) return null
  return html`<section aria-labelledby="page-errors">
    <h2 id="page-errors">${site.words.errorsNamed}</h2>
    <ul class="links">
      ${codes.map(
        (code) =>
          html`<li>
            <a href="${errorUrl(site, code)}"><code>${code}</code></a>
          </li>`,
      )}
    </ul>
  </section>`
}

function example(site: Site, { example: shown }: RootField): Html {
  const { words } = site
  if (!shown)
    return html`<aside class="example" aria-label="${words.example}"><p>${words.noExample}</p></aside>`
  return html`<aside class="example" aria-label="${words.example}">
    <h2>${words.example}</h2>
    ${codeBlock('graphql', shown.query, words.example)}
    <p class="example-actions">
      <a class="button" href="/explorer?query=${encodeURIComponent(shown.query)}">${words.openInExplorer}</a>
    </p>
    <h2>${words.answer}</h2>
    ${codeBlock('json', JSON.stringify(shown.answer, null, 2), words.answer)}
    <p class="needs">${words.exampleNeeds} ${shown.scopes.map((scope) => html`<code>${scope}</code> `)}</p>
  </aside>`
}
