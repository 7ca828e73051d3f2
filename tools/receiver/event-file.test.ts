import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { EventFile, type StoredEvent } from './event-file.ts'
import { createEvent, makeFolder } from './test-sender.ts'

const folder = makeFolder()
const read = (path: string): StoredEvent[] =>
  readFileSync(path, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as StoredEvent)

test('an event that comes twice, at once or after a restart, is stored once', async () => {
  const path = join(folder, 'twice')
  const event = createEvent()
  const file = await EventFile.open(path)
  const results = await Promise.all([
    file.add(event, { via: 'delivery', sentAt: 1 }),
    file.add(event, { via: 'changes' }),
  ])
  assert.deepEqual(results, ['STORED', 'KNOWN'])
  await file.close()
  const again = await EventFile.open(path)
  assert.equal(await again.add(event, { via: 'delivery', sentAt: 2 }), 'KNOWN')
  await again.close()
  assert.equal(read(path).length, 1)
})

test('half of a line that a crash left is cut off, and its event stored when it comes again', async () => {
  const path = join(folder, 'torn')
  const [whole, torn] = [createEvent(), createEvent({ lastName: 'É' })]
  const file = await EventFile.open(path)
  await file.add(whole, { via: 'delivery' })
  await file.close()
  appendFileSync(path, Buffer.from(JSON.stringify({ event: torn })).subarray(0, -4))
  const again = await EventFile.open(path)
  assert.equal(again.size, 1)
  assert.equal(await again.add(torn, { via: 'delivery' }), 'STORED')
  await again.close()
  assert.deepEqual(
    read(path).map(({ event }) => event.eventId),
    [whole.eventId, torn.eventId],
  )
})

test('an event is marked late that comes after a newer one of its patient, also after a restart', async () => {
  const path = join(folder, 'late')
  const file = await EventFile.open(path)
  for (const [patientId, sequence] of [
    ['1', 5],
    ['2', 3],
    ['1', 6],
  ] as const)
    await file.add(createEvent({ patientId, sequence }), { via: 'delivery' })
  await file.close()
  const again = await EventFile.open(path)
  await again.add(createEvent({ patientId: '1', sequence: 4 }), { via: 'delivery' })
  await again.add(createEvent({ patientId: '2', sequence: 4 }), { via: 'delivery' })
  await again.close()
  assert.deepEqual(
    read(path).map(({ isLate }) => isLate),
    [false, false, false, true, false],
  )
})
