import assert from 'node:assert/strict'
import { test } from 'node:test'
import { pino } from 'pino'
import { createEntry } from '../../fixtures/records.ts'
import { RecordingFailed, type AccessRecord } from './access-record.ts'
import type { Recorder } from './recorder.ts'
import { openRefusals } from './refusals.ts'

const refusal = (overrides: Partial<AccessRecord> = {}): AccessRecord =>
  createEntry({
    actor: null,
    status: 401,
    errorCodes: ['UNAUTHENTICATED'],
    refusalReason: 'expired',
    ...overrides,
  }).record

function open() {
  const clock = { now: 1_000_000, isDown: false, rows: [] as AccessRecord[] }
  const recorder: Recorder = {
    record({ record }) {
      if (clock.isDown) return Promise.reject(new RecordingFailed('down'))
      clock.rows.push(record)
      return Promise.resolve()
    },
    isThere: () => Promise.resolve(true),
    expect: () => () => undefined,
    countGateways: () => 1,
    countWaiting: () => 0,
    close: () => Promise.resolve(),
  }
  const refusals = openRefusals(recorder, pino({ level: 'silent' }), () => clock.now)
  return Object.assign(clock, { refusals })
}

test('ten refusals of a kind in a minute are recorded alone, the others as one row with their number', async () => {
  const { refusals, rows } = open()
  const alone = Array.from({ length: 35 }, () => refusals.isRecordedAlone(refusal()))
  assert.deepEqual(alone, [...Array<boolean>(10).fill(true), ...Array<boolean>(25).fill(false)])
  await refusals.flush(1_000_000 + 59_999)
  assert.deepEqual(rows, [])
  await refusals.flush(1_000_000 + 60_000)
  assert.deepEqual(
    rows.map(({ count }) => count),
    [25],
  )
  assert.equal(refusals.isRecordedAlone(refusal()), true)
  await refusals.close()
})

test('another domain, address or reason is another kind; addresses of one IPv6 network are one', async () => {
  const { refusals, rows } = open()
  for (let round = 0; round < 12; round += 1) {
    refusals.isRecordedAlone(refusal())
    refusals.isRecordedAlone(refusal({ domainId: 2 }))
    refusals.isRecordedAlone(refusal({ refusalReason: 'malformed' }))
    refusals.isRecordedAlone(refusal({ refusalReason: null, errorCodes: ['API_NOT_ENABLED'] }))
    refusals.isRecordedAlone(refusal({ ip: `2001:db8::${round}` }))
  }
  await refusals.close()
  assert.deepEqual(
    rows.map(({ count }) => count),
    [2, 2, 2, 2, 2],
  )
})

test('a count that cannot be recorded is kept, under the same id', async () => {
  const clock = open()
  const { refusals, rows } = clock
  for (let round = 0; round < 15; round += 1) refusals.isRecordedAlone(refusal())
  clock.isDown = true
  await refusals.flush(Infinity)
  clock.isDown = false
  await refusals.close()
  assert.deepEqual(
    rows.map(({ count }) => count),
    [5],
  )
})
