import assert from 'node:assert/strict'
import { test } from 'node:test'
import { highlightGraphql, highlightJson } from './highlight.ts'
import { html } from './html.ts'

const hostile = `"><script>alert('1')</script>&`

test('what stands in a page is escaped, in text and in attributes, unless it is markup already', () => {
  const { markup } = html`<a title="${hostile}">${[hostile, html`<b>${hostile}</b>`, null, false, 3]}</a>`
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&amp;'
  assert.equal(markup, `<a title="${escaped}">${escaped}<b>${escaped}</b>3</a>`)
})

test('code that is coloured is escaped, and says what it said', () => {
  for (const [code, { markup }] of [
    [`{ a(b: "<i>") # <u>\n}`, highlightGraphql(`{ a(b: "<i>") # <u>\n}`)],
    [`{"<a>": ["<b>", 1.5e3, null]}`, highlightJson(`{"<a>": ["<b>", 1.5e3, null]}`)],
  ] as const) {
    const text = markup.replace(/<\/?span[^>]*>/g, '')
    assert.ok(!text.includes('<'), text)
    const unescaped = text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"')
    assert.equal(unescaped, code)
  }
})
