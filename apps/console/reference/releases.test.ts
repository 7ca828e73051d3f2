import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { compareSchemas } from '@commonchart/schema-changes'
import { buildSchema } from 'graphql'
import { groupChanges } from './changes/group-changes.ts'
import { idOf, readReleasedSchema, readReleases } from './changes/releases.ts'
import { readModel } from './model/read-model.ts'
import { writeFeed } from './pages/rss.ts'

const releases = readReleases()

test('a person has said what each release and each group of its changes means, in both languages', () => {
  assert.ok(releases.length > 0)
  for (const release of releases)
    for (const { sentence } of [{ sentence: release.title }, ...release.groups])
      for (const text of [sentence.en, sentence.fr]) assert.ok(text.trim().length > 3, idOf(release))
})

test('a group holds changes of one criticality only, so that breaking ones stand apart', () => {
  for (const release of releases)
    for (const { changes } of release.groups)
      assert.equal(new Set(changes.map(({ criticality }) => criticality)).size, 1, idOf(release))
})

test('releases are of real days, each known by its own name, and none of a day to come after a later one', () => {
  for (const { date } of releases)
    assert.equal(new Date(`${date}T00:00:00Z`).toISOString().slice(0, 10), date)
  assert.equal(new Set(releases.map(idOf)).size, releases.length)
})

test('what releases tell, and what is shown as not released, is all of the schema', async () => {
  const { schemaText } = readModel()
  const unreleased = await compareSchemas(readReleasedSchema(), schemaText)
  const told = new Set(
    [...releases.flatMap(({ groups }) => groups.flatMap(({ changes }) => changes)), ...unreleased].map(
      ({ path }) => path,
    ),
  )
  const { Query, Mutation } = Object.fromEntries(
    ['Query', 'Mutation'].map((name) => [name, buildSchema(schemaText).getType(name)]),
  )
  for (const type of [Query, Mutation])
    if (type && 'getFields' in type)
      for (const name of Object.keys(type.getFields())) {
        const path = `${type.name}.${name}`
        // The fields of a type that is new as a whole are told by the type.
        assert.ok(told.has(path) || told.has(type.name), path)
      }
})

test('changes of one criticality come before those of a lesser one', async () => {
  const changes = await compareSchemas(
    'type Query { a: Int b: Int } enum E { X }',
    'type Query { b: Int c: E } enum E { X Y }',
  )
  const groups = groupChanges(changes, { areas: [], areaOfType: () => null, areasOfField: () => [] })
  assert.deepEqual(
    groups.map((group) => group.changes[0]?.criticality),
    ['breaking', 'dangerous', 'safe'],
  )
  assert.deepEqual(Object.keys(groups[0]?.changes[0] ?? {}), ['path', 'criticality', 'message'])
})

test('the feed is well-formed, and what it quotes cannot leave its place', () => {
  const hostile = { en: ']]></item><script>&"', fr: '<' }
  const release = { date: '2026-11-30', number: 2, title: hostile, deprecations: [] }
  const groups = [{ sentence: hostile, changes: [{ path: 'A', criticality: 'safe' as const, message: '<' }] }]
  const feed = writeFeed([{ ...release, groups }], 'en', 'https://console.test')
  assert.doesNotMatch(feed, /<script|&(?!amp;|lt;|gt;|quot;|#39;)/)
  const open: string[] = []
  for (const [, close, name, self] of feed.matchAll(/<(\/?)([a-zA-Z:]+)[^>]*?(\/?)>/g))
    if (close) assert.equal(open.pop(), name)
    else if (!self) open.push(name ?? '')
  assert.deepEqual(open, [])
  assert.match(feed, /<pubDate>Mon, 30 Nov 2026 12:00:00 GMT<\/pubDate>/)
  assert.match(feed, /<link>https:\/\/console.test\/whats-new\/index.html#2026-11-30-2<\/link>/)
})

test('what was released last of each graph is a schema', () => {
  for (const name of ['released', 'released-settings', 'released-operator'])
    assert.ok(buildSchema(readFileSync(new URL(`releases/${name}.graphql`, import.meta.url), 'utf8')), name)
})
