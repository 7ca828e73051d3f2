import { frenchMessages, type ErrorCode } from '@commonchart/errors'
import { html, type Html } from '../html/html.ts'
import { describe, inline } from './description.ts'
import type { Page } from './layout.ts'
import { firstSentence } from './overview.ts'
import { anchored } from './parts.ts'
import type { Site } from './site.ts'
import { kindOf, type Kind } from './type.ts'

const kinds: [Kind, 'objects' | 'inputs' | 'enums' | 'interfaces' | 'unions' | 'scalars'][] = [
  ['object', 'objects'],
  ['input', 'inputs'],
  ['enum', 'enums'],
  ['interface', 'interfaces'],
  ['union', 'unions'],
  ['scalar', 'scalars'],
]

/** The list of all types, by kind. */
export function typesPage(site: Site): Page {
  const { words, model, language } = site
  return {
    path: 'reference/types/index.html',
    title: words.allTypes,
    hasContents: true,
    above: [{ title: words.reference, path: 'reference/index.html' }],
    body: html`<h1>${words.allTypes}</h1>
      <p class="lead">${words.typesIntro}</p>
      ${kinds.map(([kind, title]) => {
        const types = model.types.filter((type) => kindOf(type) === kind)
        return html`<section aria-labelledby="page-${title}">
          <h2 id="page-${title}">${words[title]}</h2>
          <dl class="roots">
            ${types.map(
              ({ name, description }): Html =>
                html`<dt>
                    <a href="${site.typeUrl(name)}"><code>${name}</code></a>
                  </dt>
                  <dd ${language !== 'en' && html`lang="en"`}>
                    ${inline(site, firstSentence(description))}
                  </dd>`,
            )}
          </dl>
        </section>`
      })}`,
  }
}

/** The list of all error codes. */
export function errorsPage(site: Site): Page {
  const { words, model, language } = site
  const rows = Object.entries(model.errors).map(
    ([code, { status, meaning, remedy }]) =>
      html`<section class="error" aria-labelledby="${code}">
        <h2 id="${code}">
          ${anchored(site, code, html`<code>${code}</code>`, code)}
          <span class="badge">${words.status} ${status}</span>
        </h2>
        ${language === 'fr' && html`<p>${frenchMessages[code as ErrorCode]}</p>`}
        ${describe(site, meaning)}${describe(site, remedy)}
      </section>`,
  )
  return {
    path: 'reference/errors.html',
    title: words.errors,
    hasContents: true,
    above: [{ title: words.reference, path: 'reference/index.html' }],
    body: html`<h1>${words.errors}</h1>
      <p class="lead">${words.errorsIntro}</p>
      <p>${words.validationIntro}</p>
      ${rows}`,
  }
}
