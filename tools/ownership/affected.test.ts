import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { subgraphNames } from '@commonchart/subgraph-list'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** What `nx affected` would lint and test when a file has changed. */
async function affectedBy(file: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['node_modules/nx/dist/bin/nx.js', 'show', 'projects', '--affected', `--files=${file}`, '--json'],
    { cwd: root, env: { ...process.env, NX_DAEMON: 'false' } },
  )
  return (JSON.parse(stdout) as string[]).sort()
}

const wholeStack = ['console-e2e', 'gateway-e2e', 'tools']

test('a change in patients concerns patients and the tests of the whole, and no other domain', async () => {
  assert.deepEqual(await affectedBy('apps/patients/src/main.ts'), [...wholeStack, 'patients'].sort())
})

test('a change of the schema of patients concerns the gateway and what is shown of the graph, too', async () => {
  assert.deepEqual(
    await affectedBy('apps/patients/schema/patient.graphql'),
    [...wholeStack, 'console', 'gateway', 'patients', 'patients-schema'].sort(),
  )
})

test('a change of what all databases have concerns every subgraph', async () => {
  const affected = await affectedBy('libs/database/src/with-domain.ts')
  for (const name of subgraphNames) assert.ok(affected.includes(name), name)
})

test('a change of the documentation concerns nobody', async () => {
  assert.deepEqual(await affectedBy('docs/record.md'), [])
})
