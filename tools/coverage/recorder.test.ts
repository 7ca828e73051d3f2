import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { buildSchema } from 'graphql'
import { createMeasure } from './measure.ts'
import { readExchanges } from './read-exchanges.ts'
import { openRecorder, recordingFetch } from './recorder.ts'

const schema = buildSchema('type Query { name: String, secret: String }')

async function withFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'coverage-test-'))
  await run(folder).finally(() => rm(folder, { recursive: true }))
}

const answering = (body: string) => () => Promise.resolve(new Response(body))

test('what goes through the recording fetch is measured, and comes back unchanged', () =>
  withFolder(async (folder) => {
    const fetch = recordingFetch(answering('{"data":{"name":"x"}}'), openRecorder(folder))
    const response = await fetch('http://localhost:4000/graphql', {
      method: 'POST',
      body: '{"query":"{ name }"}',
    })
    assert.deepEqual(await response.json(), { data: { name: 'x' } })
    const measure = createMeasure({ enterprise: schema, settings: schema, operator: schema })
    assert.equal(await readExchanges(folder, measure), 1)
    assert(measure.covered.has('Query.name'))
  }))

test('other paths, bodies that are no GraphQL and answers that are no JSON are passed on unrecorded', () =>
  withFolder(async (folder) => {
    const recorder = openRecorder(folder)
    const body = '{"query":"{ name }"}'
    await recordingFetch(answering('ok'), recorder)('http://localhost:4000/health/live')
    await recordingFetch(answering('ok'), recorder)('http://localhost:4000/graphql', { body })
    await recordingFetch(answering('{"data":{}}'), recorder)('http://localhost:4000/graphql', { body: '[' })
    assert.deepEqual(await readdir(folder), [])
  }))

test('without a folder nothing is recorded', () => {
  openRecorder(undefined).record({ graph: 'enterprise', scope: 'a', query: '{ name }' })
})

test('a last line that was cut off is no evidence and no failure', () =>
  withFolder(async (folder) => {
    const whole = JSON.stringify({ graph: 'settings', scope: 'a', query: '{ name }', data: { name: 'x' } })
    await writeFile(join(folder, '1.ndjson'), `${whole}\n{"graph":"sett`)
    const measure = createMeasure({ enterprise: schema, settings: schema, operator: schema })
    assert.equal(await readExchanges(folder, measure), 1)
  }))
