import assert from 'node:assert/strict'
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, beforeEach, test } from 'node:test'
import { startTestChart } from './test-chart.ts'

const chart = await startTestChart()
const { gateway, run, folder } = chart
after(() => chart.close())
beforeEach(() => chart.reset())

const key = {
  ...{ id: '31', kid: null, thumbprint: 'thumb', notBefore: null, retireAt: null, retired: false },
  lastUsedAt: null,
}
const consumer = {
  ...{
    id: '12',
    name: 'Portal',
    active: true,
    issuer: 'portal',
    audience: null,
    scopes: null,
    ipRanges: null,
  },
  ...{ expiresAt: null, requestsPerMinute: null, lastUsedAt: '2026-11-24T10:00:00.000Z', requestCount: 70 },
  ...{ errorCount: 7, keys: [key] },
}
const answer = (mutation: string, payload: object) =>
  gateway.answers.splice(0, 1, { body: { data: { [mutation]: payload } } })

test('the list shows when each program was last used and how much', async () => {
  const page = { nodes: [consumer], pageInfo: { hasNextPage: false, endCursor: null } }
  answer('consumers', page)
  const { out } = await run(['consumer', 'list', '--domain', 'north'])
  assert.match(out, /LAST USED +REQUESTS +ERRORS/)
  assert.match(out, /12 +Portal +portal +active +1 +2026-11-24T10:00:00.000Z +70 +7/)
  const json = await run(['consumer', 'list', '--domain', 'north', '--json'])
  assert.deepEqual(JSON.parse(json.out), [consumer])
})

test('a copy gets a key of its own made; only the public half is sent', async () => {
  answer('copyConsumer', { consumer: { ...consumer, id: '13', name: 'Copy' } })
  const file = join(folder, 'copy.pem')
  const { code, out } = await run(['consumer', 'copy', '12', 'Copy', '--domain', 'north', '--key-out', file])
  assert.equal(code, 0)
  assert.match(out, /Registered Copy \(id 13\) in north with the settings of 12/)
  const { id, name, publicKey } = gateway.asked[0]?.variables.input as Record<string, string>
  assert.deepEqual([id, name], ['12', 'Copy'])
  assert.match(publicKey ?? '', /BEGIN PUBLIC KEY/)
  assert.equal(JSON.stringify(gateway.asked).includes('PRIVATE'), false)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a key that was refused leaves no file behind, and the one that it was to replace stays', async () => {
  const body = { errors: [{ message: 'There is no consumer.', extensions: { code: 'NOT_FOUND' } }] }
  gateway.answers.splice(0, 1, { body })
  const file = join(folder, 'kept.pem')
  const before = readdirSync(folder)
  const commands = [
    ['create', 'Portal'],
    ['copy', '12', 'Copy'],
    ['key', 'add', '12'],
  ]
  const refuse = async (...more: string[]) => {
    for (const command of commands) {
      const args = ['consumer', ...command, '--domain', 'north', '--key-out', file, ...more]
      assert.equal((await run(args)).code, 1)
    }
  }
  await refuse()
  assert.deepEqual(readdirSync(folder), before)
  writeFileSync(file, 'in use')
  await refuse('--force')
  assert.equal(readFileSync(file, 'utf8'), 'in use')
  assert.deepEqual(readdirSync(folder).sort(), [...before, 'kept.pem'].sort())
})

test('renaming sends the name alone, so that the issuer stays', async () => {
  answer('updateConsumer', { consumer: { ...consumer, name: 'New' } })
  const { code } = await run(['consumer', 'rename', '12', 'New', '--domain', 'north'])
  assert.equal(code, 0)
  assert.deepEqual(gateway.asked[0]?.variables.input, { domain: 'north', id: '12', name: 'New' })
})

test('an update sends what was given, and null for what is lifted', async () => {
  answer('updateConsumer', { consumer })
  const args = ['consumer', 'update', '12', '--domain', 'north']
  await run([...args, '--scope', 'patients:read', 'appointments:read', '--expires-at', '2027-01-31'])
  assert.deepEqual(gateway.asked[0]?.variables.input, {
    ...{ domain: 'north', id: '12', scopes: ['patients:read', 'appointments:read'] },
    expiresAt: '2027-01-31T00:00:00.000Z',
  })
  const { out } = await run([...args, '--no-scope', '--no-ip-range', '--requests-per-minute', '60'])
  assert.deepEqual(gateway.asked[1]?.variables.input, {
    ...{ domain: 'north', id: '12', scopes: null, ipRanges: null, requestsPerMinute: 60 },
  })
  assert.match(out, /Portal \(id 12\) may do everything/)
})

test('an update of nothing, or to what is no time or number, ends with 2 and asks nobody', async () => {
  const args = ['consumer', 'update', '12', '--domain', 'north']
  for (const more of [[], ['--expires-at', '2027-01-31T09:00'], ['--requests-per-minute', 'many']])
    assert.equal((await run([...args, ...more])).code, 2)
  assert.equal((await run(['consumer', 'key', 'update', '12', '31', '--domain', 'north'])).code, 2)
  assert.equal(gateway.asked.length, 0)
})

test('keys are added, listed, planned and retired', async () => {
  const north = ['--domain', 'north']
  answer('addConsumerKey', { consumer, key })
  const file = join(folder, 'next.pem')
  const times = ['--not-before', '2027-01-01T00:00:00Z', '--kid', 'next']
  const added = await run(['consumer', 'key', 'add', '12', ...north, '--key-out', file, ...times])
  assert.match(added.out, /Portal has the new key 31; its thumbprint is thumb/)
  const { publicKey, ...input } = gateway.asked[0]?.variables.input as Record<string, string>
  assert.match(publicKey ?? '', /BEGIN PUBLIC KEY/)
  assert.deepEqual(input, { domain: 'north', id: '12', kid: 'next', notBefore: '2027-01-01T00:00:00.000Z' })
  answer('consumer', { keys: [key] })
  assert.match((await run(['consumer', 'key', 'list', '12', ...north])).out, /31 +registered +never +thumb/)
  answer('updateConsumerKey', { consumer, key: { ...key, retireAt: '2027-02-01T00:00:00.000Z' } })
  await run([
    'consumer',
    'key',
    'update',
    '12',
    '31',
    ...north,
    '--retire-at',
    '2027-02-01T00:00:00Z',
    '--no-kid',
  ])
  assert.deepEqual(gateway.asked.at(-1)?.variables.input, {
    ...{ domain: 'north', id: '12', keyId: '31', kid: null, retireAt: '2027-02-01T00:00:00.000Z' },
  })
  answer('retireConsumerKey', { consumer, key })
  const retired = await run(['consumer', 'key', 'retire', '12', '31', ...north, '--json'])
  assert.deepEqual(JSON.parse(retired.out), key)
})

test('each command has help with an example', async () => {
  for (const command of [
    'copy',
    'rename',
    'update',
    'list',
    'key add',
    'key list',
    'key update',
    'key retire',
  ]) {
    const { code, out } = await run(['consumer', ...command.split(' '), '--help'])
    assert.equal(code, 0)
    assert.match(out, new RegExp(`Examples?:\\n  \\$ chart consumer ${command}`), command)
  }
})
