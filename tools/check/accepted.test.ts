import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { compareSchemas } from '@commonchart/schema-changes'
import { acceptChanges, isAccepted, readAccepted } from './accepted.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-accepted-'))
after(() => rmSync(folder, { recursive: true }))
const file = pathToFileURL(join(folder, 'accepted-changes.json'))

test('a change is accepted with its reason, in words that a reviewer reads', async () => {
  const breaking = await compareSchemas('type Query { a: Int b: Int }', 'type Query { a: Int }')
  await assert.rejects(acceptChanges(['Query.b'], ' ', breaking, file), /--reason/)
  await assert.rejects(acceptChanges(['Query.a'], 'why', breaking, file), /Query\.a has no breaking change/)
  assert.deepEqual(readAccepted(file), [])
  await acceptChanges(['Query.b'], 'it never worked', breaking, file)
  const accepted = readAccepted(file)
  assert.deepEqual(
    accepted.map(({ coordinate, reason }) => [coordinate, reason]),
    [['Query.b', 'it never worked']],
  )
  assert.ok(accepted[0] && breaking[0] && isAccepted(accepted[0], breaking[0]))
})
