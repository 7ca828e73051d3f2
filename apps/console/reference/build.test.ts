import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, posix } from 'node:path'
import { after, before, test } from 'node:test'
import { buildClientSchema, buildSchema, parse, printSchema, validate } from 'graphql'
import { buildReference } from './build.ts'
import { readModel } from './model/read-model.ts'

const outDir = mkdtempSync(join(tmpdir(), 'commonchart-reference-'))
const model = readModel()
const pages = new Map<string, string>()
before(async () => {
  const paths = await buildReference({ outDir, origin: 'https://console.test' })
  for (const path of paths) pages.set(path, read(path))
})
after(() => rmSync(outDir, { recursive: true }))

const read = (path: string): string => readFileSync(join(outDir, path), 'utf8')
const idsOf = (text: string): Set<string> =>
  new Set([...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id ?? ''))

test('every root field and every type has a page in both languages', () => {
  for (const prefix of ['', 'fr/'])
    for (const path of [
      ...model.roots.map(({ kind, name }) => `${kind === 'query' ? 'queries' : 'mutations'}/${name}`),
      ...model.types.map(({ name }) => `types/${name}`),
      ...['index', 'errors', 'types/index'],
    ])
      assert.ok(pages.has(`${prefix}reference/${path}.html`), path)
})

test('every link leads to a page, and to a place that is there', () => {
  const ids = new Map([...pages].map(([path, text]) => [path, idsOf(text)]))
  const broken = new Set<string>()
  for (const [path, text] of pages)
    for (const [, href = ''] of text.matchAll(/ (?:href|src)="([^"]*)"/g)) {
      if (/^(https?:|\/explorer|\/$)/.test(href)) continue
      const [target = '', anchor] = href.split('#')
      const file =
        target === '' ? path : target.startsWith('/') ? target.slice(1) : posix.join(dirname(path), target)
      if (!existsSync(join(outDir, file))) broken.add(`${path}: ${href}`)
      else if (anchor && !ids.get(file)?.has(anchor)) broken.add(`${path}: ${href}`)
    }
  assert.deepEqual([...broken], [])
})

test('what is found by the search is there', () => {
  const ids = new Map([...pages].map(([path, text]) => [path, idsOf(text)]))
  const entries = JSON.parse(read('reference/assets/search.json')) as [string, string, string][]
  assert.ok(entries.some(([name]) => name === 'Patient.fullName'))
  for (const [name, , path] of entries) {
    const [file = '', anchor] = path.split('#')
    assert.ok(anchor === undefined ? pages.has(file) : ids.get(file)?.has(anchor), name)
  }
})

test('pages have no inline script, style or handler, and no id twice', () => {
  for (const [path, text] of pages) {
    assert.doesNotMatch(
      text,
      /<style|<[^>]+ style=|<[^>]+ on[a-z]+=|<script(?! src="\/reference\/assets\/)/,
      path,
    )
    const ids = [...text.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    assert.equal(new Set(ids).size, ids.length, path)
  }
})

test('what the schema says is marked as English on French pages', () => {
  const text = pages.get('fr/reference/types/Patient.html') ?? ''
  assert.match(text, /<html lang="fr">/)
  assert.doesNotMatch(text, /<div class="description"\s*>/)
  assert.match(text, /<div class="description"\s+lang="en"\s*>/)
})

test('every example is valid, shows its cost, and was asked for the scope that its page names', () => {
  for (const { name, scope, example } of model.roots) {
    assert.ok(example, name)
    assert.deepEqual(validate(model.schema, parse(example.query)), [], name)
    assert.ok(example.cost > 0, name)
    assert.ok(example.scopes.includes(scope), `${name}: ${example.scopes.join()} without ${scope}`)
  }
})

test('the downloads are the schema itself', () => {
  const text = printSchema(buildSchema(model.schemaText))
  assert.equal(printSchema(buildSchema(read('reference/schema.graphql'))), text)
  const { data } = JSON.parse(read('reference/introspection.json'))
  assert.ok(buildClientSchema(data).getType('Patient'))
})

test('a page does not need JavaScript for its text, its code or its links', () => {
  const text = pages.get('reference/queries/patients.html') ?? ''
  for (const part of ['Arguments', 'patients:read', 'fullName', '/explorer?query=query%20Patients'])
    assert.ok(text.includes(part), part)
})
