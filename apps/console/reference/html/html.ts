/** A piece of a page that is markup already. Only `html` and `trusted` make one. */
export interface Html {
  readonly markup: string
}

/** What may stand within a page: text is escaped, markup is not, lists are joined, nothing is left out. */
export type Content = string | number | Html | readonly Content[] | null | undefined | false

/** Makes markup of a template; every value that is not markup itself is escaped, in text and in attributes alike. */
export function html(strings: TemplateStringsArray, ...values: Content[]): Html {
  return { markup: strings.reduce((text, part, at) => text + render(values[at - 1]) + part) }
}

/** Takes a text that this build has made itself for markup. */
export function trusted(markup: string): Html {
  return { markup }
}

function render(value: Content): string {
  if (value === null || value === undefined || value === false) return ''
  if (typeof value === 'string' || typeof value === 'number') return escape(String(value))
  return 'markup' in value ? value.markup : value.map(render).join('')
}

const entities: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

/** Escapes a text for markup and XML, attributes included. */
export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? '')
}
