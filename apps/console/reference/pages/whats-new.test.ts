import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareDeprecations, compareSchemas, type SchemaChange } from '@commonchart/schema-changes'
import type { Release } from '../changes/releases.ts'
import { readModel } from '../model/read-model.ts'
import { coordinateOf } from './element-use.ts'
import { createSite } from './site.ts'
import { whatsNewPage } from './whats-new.ts'

const before = `enum Kind { OLD NEW } input In { a: Int b: Int }
  type Query { gone: Int kept(x: Int, y: Int, in: In, kind: Kind): Int late: Int }`
const after = `enum Kind { NEW } input In { b: Int }
  type Query { kept(y: Int, in: In, kind: Kind): Int late: Int @deprecated(reason: "Use kept.") added: Int }`

function pageOf(
  changes: SchemaChange[],
  deprecations: Release['deprecations'],
  language: 'en' | 'fr',
): string {
  const groups = Object.values(Object.groupBy(changes, ({ criticality }) => criticality)).map((of) => ({
    ...{ sentence: { en: 'A sentence', fr: 'Une phrase' }, changes: of },
  }))
  const release: Release = {
    date: '2026-11-30',
    number: 1,
    title: { en: 'T', fr: 'T' },
    groups,
    deprecations,
  }
  const news = { releases: [release], unreleased: [], unreleasedDeprecations: [] }
  const { body } = whatsNewPage(createSite(readModel(), language), news)
  return (body as { markup: string }).markup
}

test('what a release takes away or deprecates is marked by its coordinate, and what it adds is not', async () => {
  const changes = await compareSchemas(before, after)
  const deprecations = compareDeprecations(before, after)
  for (const language of ['en', 'fr'] as const) {
    const text = pageOf(changes, deprecations, language)
    const marked = [...text.matchAll(/data-element="([^"]+)"/g)].map(([, element]) => element)
    assert.deepEqual(marked.sort(), ['In.a', 'Kind.OLD', 'Query.gone', 'Query.kept(x:)', 'Query.late'])
    assert.match(text, /id="element-use"\s+role="status"\s+hidden/)
  }
})

test('a comparison speaks of arguments with dots, of which the coordinate is another', () => {
  assert.deepEqual(
    ['Patient.name', 'Query.patients.first', 'Patient', '@tag.name', '@tag'].map(coordinateOf),
    ['Patient.name', 'Query.patients(first:)', null, null, null],
  )
})
