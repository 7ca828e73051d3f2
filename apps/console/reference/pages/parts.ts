import type { GraphQLArgument, GraphQLInputField } from 'graphql'
import { isNonNullType, astFromValue, print } from 'graphql'
import { highlightGraphql, highlightJson } from '../html/highlight.ts'
import { html, type Content, type Html } from '../html/html.ts'
import { describe, inline, oursBadge, typeReference } from './description.ts'
import type { Site } from './site.ts'
import { fill } from './words.ts'

/** A heading that can be linked to. */
export function anchored(site: Site, id: string, name: Content, label: string): Html {
  return html`<a class="anchor" href="#${id}" aria-label="${fill(site.words.linkTo, { name: label })}">#</a
    >${name}`
}

/** An argument or an input field: its type, whether it must be sent, its default, what it means; `inside` follows. */
export function inputEntry(
  site: Site,
  input: GraphQLArgument | GraphQLInputField,
  id: string,
  inside?: Content,
): Html {
  const { words } = site
  const isRequired = isNonNullType(input.type) && input.defaultValue === undefined
  const byDefault = input.defaultValue === undefined ? null : astFromValue(input.defaultValue, input.type)
  return html`<dt id="${id}">
      ${anchored(site, id, html`<code class="name">${input.name}</code>`, input.name)}
      ${typeReference(site, input.type)}
      ${isRequired && html` <span class="badge required">${words.required}</span>`}
      ${oursBadge(site, input.description)}
    </dt>
    <dd>
      ${deprecation(site, input.deprecationReason)}${describe(site, input.description)}${byDefault && html`<p class="default">${words.byDefault}: <code>${print(byDefault)}</code></p>`}${inside}
    </dd>`
}

/** What is said of a deprecated element. */
export function deprecation(site: Site, reason: string | null | undefined): Content {
  if (!reason) return null
  return html`<p class="deprecated">
    <strong>${site.words.deprecated}.</strong>
    <span ${site.language !== 'en' && html`lang="en"`}>${inline(site, reason)}</span>
  </p>`
}

/** A coloured block of code that the keyboard can scroll. */
export function codeBlock(language: 'graphql' | 'json' | 'text', code: string, label: string): Html {
  const coloured =
    language === 'graphql'
      ? highlightGraphql(code)
      : language === 'json'
        ? highlightJson(code)
        : html`${code}`
  return html`<div class="code" data-copy>
    <pre tabindex="0" role="region" aria-label="${label}"><code>${coloured}</code></pre>
  </div>`
}

/** A list of links to places, folded when it is long. */
export function linkList(title: string, links: Html[], id: string): Content {
  if (links.length === 0) return null
  const list = html`<ul class="links">
    ${links.map((link) => html`<li>${link}</li>`)}
  </ul>`
  const body =
    links.length > 24
      ? html`<details>
          <summary>${title} (${links.length})</summary>
          ${list}
        </details>`
      : list
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">${title}</h2>
    ${body}
  </section>`
}
