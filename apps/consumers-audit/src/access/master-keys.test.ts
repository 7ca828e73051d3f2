import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { openDatabase } from '@commonchart/database'
import { createSupportIdentity } from '@commonchart/testing'
import type { Kysely } from 'kysely'
import type { Tables } from '../tables.ts'
import { openTestSubgraph, type TestSubgraph } from '../test-subgraph.ts'
import { openMasterKeys } from './master-keys.ts'
import { createRequest } from './test-requests.ts'

interface MasterKey {
  id: string
  key: string
}

let subgraph: TestSubgraph
let admin: Kysely<Tables>
before(async () => {
  subgraph = await openTestSubgraph()
  admin = openDatabase<Tables>(subgraph.adminUrl, { max: 2 })
})
after(async () => {
  await admin.destroy()
  await subgraph.close()
})

function replace(text: string): void {
  writeFileSync(`${subgraph.masterKeysFile}.next`, text, { mode: 0o600 })
  renameSync(`${subgraph.masterKeysFile}.next`, subgraph.masterKeysFile)
}

const createMasterKey = (id: string): MasterKey => ({ id, key: randomBytes(32).toString('base64') })
const readMasterKeys = (): MasterKey[] => JSON.parse(readFileSync(subgraph.masterKeysFile, 'utf8'))
const listWrappers = async (): Promise<string[]> => {
  const rows = await admin.selectFrom('recordKey').select('masterKeyId').distinct().execute()
  return rows.map(({ masterKeyId }) => masterKeyId).sort()
}

test('the master key rotates under load without a restart, a record lost, or one that does not open', async () => {
  const [old = assert.fail()] = readMasterKeys()
  const next = createMasterKey('next')
  const recorded: { id: string; domainId: number }[] = []
  let going = true
  let domainId = 0
  // Each request is of a domain of its own, so that each needs a key of the day, which is wrapped at that moment.
  const clients = Array.from({ length: 4 }, async () => {
    while (going) {
      domainId += 1
      const made = createRequest({ domainId })
      const { id } = made.record
      recorded.push({ id, domainId: made.record.domainId })
      assert.deepEqual((await subgraph.record(made)).status, 200)
    }
  })
  const failed = Promise.all(clients)
  const more = async (): Promise<void> => {
    const enough = recorded.length + 20
    while (recorded.length < enough) await Promise.race([failed, new Promise(setImmediate)])
  }
  try {
    await more()
    replace(JSON.stringify([old, next]))
    await more()
    assert.deepEqual(await listWrappers(), [old.id])
    replace(JSON.stringify([next, old]))
    await more()
    assert.deepEqual(await listWrappers(), [next.id, old.id])
    await subgraph.access.keepRecord()
    assert.deepEqual(await listWrappers(), [next.id])
    replace(JSON.stringify([next]))
    await more()
  } finally {
    going = false
    await failed
  }
  subgraph.access.keys.forget()
  for (const each of recorded) {
    const identity = createSupportIdentity({ domainId: each.domainId })
    const { data } = await subgraph.ask(
      identity,
      'query ($id: ID!) { accessRecord(id: $id) { responseBody } }',
      {
        id: each.id,
      },
    )
    assert.ok(data.accessRecord.responseBody, each.id)
  }
})

test('a process that has not looked at the file again finds a master key that another wraps with already', () => {
  const present = readMasterKeys()
  const behind = openMasterKeys(subgraph.masterKeysFile, { checkEveryMs: 1_000_000 })
  const next = createMasterKey('newest')
  replace(JSON.stringify([next, ...present]))
  const key = randomBytes(32)
  const { wrapped, masterKeyId } = openMasterKeys(subgraph.masterKeysFile).wrap(key, '1/2026-01-01')
  assert.equal(masterKeyId, next.id)
  assert.notEqual(behind.current, next.id)
  // It looks at most every 20 ms.
  let found: Buffer | undefined
  for (const until = Date.now() + 5000; !found && Date.now() < until;)
    found = behind.unwrap(wrapped, masterKeyId, '1/2026-01-01')
  assert.deepEqual(found, key)
})

test('a file of master keys that was broken keeps those that were there, and no key comes into the log', () => {
  const [present = assert.fail()] = readMasterKeys()
  const errors: unknown[] = []
  const keys = openMasterKeys(subgraph.masterKeysFile, {
    checkEveryMs: 0,
    onError: (error) => errors.push(error),
  })
  const whole = JSON.stringify([present])
  for (const broken of [whole.slice(0, -4), whole.slice(1), `${whole},`, '', '[]']) {
    replace(broken)
    assert.equal(keys.current, present.id)
    assert.throws(() => openMasterKeys(subgraph.masterKeysFile))
  }
  assert.equal(errors.length, 5)
  for (const { message, stack, cause } of errors as Error[]) {
    assert.match(message, /not JSON|not a list/)
    assert.ok(!`${message}${stack}${String(cause)}`.includes(present.key.slice(0, 6)))
  }
})
