import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { createTestServiceKeys } from '@commonchart/testing'
import { pino } from 'pino'
import {
  readFrame,
  startFakeConsumersAudit,
  type FakeConsumersAudit,
  type RecordReply,
} from '../../fixtures/fake-consumers-audit.ts'
import { createEntry } from '../../fixtures/records.ts'
import { waitUntil } from '../../fixtures/running-gateway.ts'
import { RecordingFailed } from './access-record.ts'
import { openRecorder, type Recorder } from './recorder.ts'

const keys = createTestServiceKeys()
const signer = keys.signers.gateway
assert.ok(signer)
const logger = pino({ level: 'silent' })
const soon = (): number => Date.now() + 10_000
let audit: FakeConsumersAudit
let recorder: Recorder

before(async () => {
  audit = await startFakeConsumersAudit(keys.jwksFile)
})
beforeEach(() => {
  audit.recorded = []
  audit.frames = []
  audit.elementSets = []
  audit.takesElementSets = true
  audit.mostUnderWay = 0
  audit.interceptRecord = undefined
  recorder = openRecorder(audit.url, signer, logger)
})
afterEach(() => recorder.close())
after(async () => {
  await audit.close()
  keys.close()
})

/** Holds the answers to frames with records until they are let go. */
function hold(): { held: (() => void)[]; release(): void } {
  const held: (() => void)[] = []
  let isReleased = false
  audit.interceptRecord = (_response, usual, arrived) => {
    if (isReleased || readFrame(arrived).length === 0) usual()
    else held.push(usual)
  }
  return {
    held,
    release() {
      isReleased = true
      for (const answer of held) answer()
    },
  }
}

const filled = (): string[][] => audit.frames.filter((ids) => ids.length > 0)

test('a record leaves at once while no batch is under way, and what gathers meanwhile leaves together', async () => {
  const { held, release } = hold()
  const entries = Array.from({ length: 200 }, () => createEntry())
  const waiting = entries.map((entry) => recorder.record(entry, soon()))
  await waitUntil(() => held.length === 1, 'a batch is under way')
  release()
  await Promise.all(waiting)
  assert.deepEqual(
    filled().map(({ length }) => length),
    [1, 64, 64, 64, 7],
  )
  assert.equal(audit.mostUnderWay, 1)
  assert.deepEqual(audit.recorded.map(({ id }) => id).sort(), entries.map(({ record }) => record.id).sort())
})

test('a batch holds no more than 4 MiB of bodies, and what is larger than that leaves alone', async () => {
  const { held, release } = hold()
  const sizes = [1, 1_500_000, 400_000, 3_000_000, 10, 10]
  const waiting = sizes.map((bytes) => recorder.record(createEntry({}, bytes), soon()))
  await waitUntil(() => held.length === 1, 'a batch is under way')
  release()
  await Promise.all(waiting)
  assert.deepEqual(
    filled()
      .map(({ length }) => length)
      .sort(),
    [1, 1, 2, 2],
  )
})

test('a record whose acknowledgement was lost is sent again with its id, and is there once', async () => {
  let lost = 0
  audit.interceptRecord = (response, usual, arrived) => {
    if (readFrame(arrived).length === 0 || lost > 0) return usual()
    lost += 1
    response.destroy()
    usual()
  }
  const entry = createEntry()
  await recorder.record(entry, soon())
  assert.equal(lost, 1)
  assert.deepEqual(filled(), [[entry.record.id], [entry.record.id]])
  assert.deepEqual(
    audit.recorded.map(({ id }) => id),
    [entry.record.id],
  )
})

for (const status of [400, 500])
  test(`a record that is answered ${status} fails alone: its batch mates are recorded`, async () => {
    const { held, release } = hold()
    const first = [createEntry(), createEntry()].map((entry) => recorder.record(entry, soon()))
    await waitUntil(() => held.length === 1, 'a batch is under way')
    const bad = createEntry({ operationName: 'bad' })
    const mates = Array.from({ length: 20 }, () => createEntry())
    const waiting = mates.slice(0, 10).map((entry) => recorder.record(entry, soon()))
    const refused = assert.rejects(recorder.record(bad, 0), RecordingFailed)
    waiting.push(...mates.slice(10).map((entry) => recorder.record(entry, soon())))
    release()
    audit.interceptRecord = (response, usual, arrived) => {
      const isBad = readFrame(arrived).some(({ operationName }) => operationName === 'bad')
      if (isBad) response.refuse(status)
      else usual()
    }
    await Promise.all([...first, ...waiting, refused])
    assert.equal(audit.recorded.length, 22)
  })

test('a record at which the recorder fails again and again holds up no other', async () => {
  audit.interceptRecord = (reply, usual, arrived) => {
    const isBad = readFrame(arrived).some(({ operationName }) => operationName === 'bad')
    if (isBad) reply.refuse(500)
    else usual()
  }
  let isGivenUp = false
  const bad = recorder.record(createEntry({ operationName: 'bad' }), 0).catch(() => (isGivenUp = true))
  await waitUntil(() => filled().length === 1, 'the bad one was tried')
  for (let round = 0; round < 5; round += 1) await recorder.record(createEntry(), soon())
  assert.equal(isGivenUp, false)
  await bad
})

test('a record that nobody acknowledges fails in time, and the next is recorded once somebody does', async () => {
  let isDown = true
  audit.interceptRecord = (response, usual) => (isDown ? void response.destroy() : usual())
  const startedAt = Date.now()
  await assert.rejects(recorder.record(createEntry(), startedAt + 1200), RecordingFailed)
  const tookMs = Date.now() - startedAt
  assert.ok(tookMs >= 1000 && tookMs < 2000, `it took ${tookMs} ms`)
  assert.equal(await recorder.isThere(), false)
  isDown = false
  await recorder.record(createEntry(), soon())
  assert.equal(await recorder.isThere(), true)
})

test('one that hangs is given up in time, too', async () => {
  const hanging: RecordReply[] = []
  audit.interceptRecord = (response) => void hanging.push(response)
  const startedAt = Date.now()
  await assert.rejects(recorder.record(createEntry(), 0), RecordingFailed)
  assert.ok(Date.now() - startedAt < 2000)
  audit.interceptRecord = undefined
  await recorder.record(createEntry(), soon())
})

test('heartbeats go out while nothing else does, and bring the number of gateways', async () => {
  audit.gateways = 3
  await waitUntil(() => recorder.countGateways() === 3, 'the heartbeat brought the number')
  const before = audit.frames.length
  await waitUntil(() => audit.frames.length >= before + 2, 'two more heartbeats came')
  assert.deepEqual(filled(), [])
  audit.gateways = 1
})

test('closing waits for what is under way', async () => {
  const { held, release } = hold()
  const leaving = openRecorder(audit.url, signer, logger)
  const recorded = leaving.record(createEntry(), soon())
  await waitUntil(() => held.length === 1, 'it is under way')
  const closed = leaving.close()
  release()
  await Promise.all([recorded, closed])
  assert.equal(audit.recorded.length, 1)
})

const set = { id: '0a0a0a0a-0a0a-0a0a-0a0a-0a0a0a0a0a0a', elements: ['Query.patient', 'Patient.name'] }
const entryWithSet = () => ({ ...createEntry({ usedElements: set.id }), usedElements: set })

test('a set of elements travels with the first record that names it, and with none after that', async () => {
  for (let time = 0; time < 3; time += 1) await recorder.record(entryWithSet(), soon())
  assert.deepEqual(audit.elementSets, [[set]])
})

test('a set of elements is sent as long as consumers-audit is of a version that does not know of it', async () => {
  audit.takesElementSets = false
  for (let time = 0; time < 2; time += 1) await recorder.record(entryWithSet(), soon())
  audit.takesElementSets = true
  for (let time = 0; time < 2; time += 1) await recorder.record(entryWithSet(), soon())
  assert.deepEqual(audit.elementSets, [[set], [set], [set]])
})

test('a set of elements is sent again after consumers-audit was away: it may know less than before', async () => {
  await recorder.record(entryWithSet(), soon())
  let refused = 0
  audit.interceptRecord = (reply, usual) => {
    if (refused > 0) return usual()
    refused += 1
    reply.refuse(503)
  }
  await recorder.record(entryWithSet(), soon())
  assert.ok(audit.elementSets.length >= 2)
})
