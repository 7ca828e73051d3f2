import { html, type Html } from './html.ts'

const graphql: [string, RegExp][] = [
  ['comment', /#[^\n]*/y],
  ['string', /"""[\s\S]*?"""|"(?:\\.|[^"\\])*"/y],
  ['keyword', /\b(?:query|mutation|fragment|on|true|false|null)\b/y],
  ['number', /-?\d+(?:\.\d+)?/y],
  ['name', /[A-Za-z_]\w*(?=\s*:)/y],
  ['enum', /\b[A-Z][A-Z0-9_]+\b/y],
]

const json: [string, RegExp][] = [
  ['name', /"(?:\\.|[^"\\])*"(?=\s*:)/y],
  ['string', /"(?:\\.|[^"\\])*"/y],
  ['number', /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y],
  ['keyword', /\b(?:true|false|null)\b/y],
]

/** Colours a GraphQL document by classes (`code-string` and so on). */
export function highlightGraphql(code: string): Html {
  return highlight(code, graphql)
}

/** Colours a JSON text by classes. */
export function highlightJson(code: string): Html {
  return highlight(code, json)
}

function highlight(code: string, kinds: [string, RegExp][]): Html {
  const parts: (string | Html)[] = []
  let plain = ''
  for (let at = 0; at < code.length;) {
    const found = findAt(code, at, kinds)
    if (!found) {
      // A word that is of no kind is passed as a whole, so that nothing within it is taken for something.
      const word = /\w+|[^\w]/y
      word.lastIndex = at
      plain += word.exec(code)?.[0] ?? ''
      at = word.lastIndex
      continue
    }
    const [kind, text] = found
    parts.push(plain, html`<span class="code-${kind}">${text}</span>`)
    plain = ''
    at += text.length
  }
  return html`${[...parts, plain]}`
}

function findAt(code: string, at: number, kinds: [string, RegExp][]): [string, string] | null {
  for (const [kind, pattern] of kinds) {
    pattern.lastIndex = at
    const match = pattern.exec(code)
    if (match && match[0] !== '') return [kind, match[0]]
  }
  return null
}
