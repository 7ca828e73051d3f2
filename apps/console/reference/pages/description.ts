import { html, type Content, type Html } from '../html/html.ts'
import type { Site } from './site.ts'

const oursMark = /\s*\(ours\)\s*/

/** Whether a description says that CHR does not publish what it describes. */
export function isOurs(description: string | null | undefined): boolean {
  return oursMark.test(description ?? '')
}

/** The badge of what CHR does not publish. */
export function oursBadge({ words }: Site, description: string | null | undefined): Content {
  return isOurs(description) && html`<span class="badge ours" title="${words.oursTitle}">${words.ours}</span>`
}

/** A description of the schema as paragraphs: code is marked, and names of types, root fields and errors are links. */
export function describe(site: Site, description: string | null | undefined): Content {
  if (!description) return null
  const lang = site.language === 'en' ? null : html` lang="en"`
  const paragraphs = description
    .replace(new RegExp(oursMark, 'g'), ' ')
    .trim()
    .split(/\n\s*\n/)
  return html`<div class="description" ${lang}>
    ${paragraphs.map((each) => html`<p>${inline(site, each)}</p>`)}
  </div>`
}

/** One line of text with its code marked and linked. */
export function inline(site: Site, text: string): Content {
  return text.split(/(`[^`]+`)/).map((part) => {
    if (!part.startsWith('`') || part.length < 3) return part
    const code = part.slice(1, -1)
    const target = findTarget(site, code)
    return target ? html`<a href="${target}"><code>${code}</code></a>` : html`<code>${code}</code>`
  })
}

/** The error codes that a description names. */
export function namedErrors({ model }: Site, description: string | null | undefined): string[] {
  const named = (description ?? '').match(/\b[A-Z]+(?:_[A-Z]+)+\b/g) ?? []
  return [...new Set(named)].filter((code) => code in model.errors)
}

export function errorUrl(site: Site, code: string): string {
  return `${site.url('reference/errors.html')}#${code}`
}

/** A type as it is written in the schema, its name being a link. */
export function typeReference(site: Site, type: { toString(): string }): Html {
  const [, before = '', name = '', after = ''] = /^(\[*)(\w+)(.*)$/.exec(String(type)) ?? []
  const url = site.typeUrl(name)
  return html`<code class="type">${before}${url ? html`<a href="${url}">${name}</a>` : name}${after}</code>`
}

function findTarget(site: Site, code: string): string | null {
  const root = site.model.roots.find(({ name }) => name === code)
  if (root) return site.rootUrl(root.kind, root.name)
  if (code in site.model.errors) return errorUrl(site, code)
  const [type = '', field] = code.split('.')
  const url = site.typeUrl(type)
  return url && field ? `${url}#${field}` : url
}
