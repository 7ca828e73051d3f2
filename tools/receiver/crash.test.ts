import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEvent, createSecret, makeFolder, signDelivery } from './test-sender.ts'
import { startTestReceiver } from './test-receiver.ts'

test('a receiver that is killed again and again while events come loses none and has none twice', async () => {
  const folder = makeFolder()
  const secrets = [createSecret()]
  const events = Array.from({ length: 300 }, (_, sequence) =>
    createEvent({ sequence, patientId: `${sequence}` }),
  )
  const unacknowledged = new Map(events.map((event) => [event.eventId, event]))
  let sentAt = Math.floor(Date.now() / 1000) - 100
  for (let kills = 2; unacknowledged.size > 0; kills -= 1) {
    const receiver = await startTestReceiver(folder, { secrets })
    // Each attempt is signed anew, as the sender does it.
    sentAt += 1
    const enough = Math.floor(unacknowledged.size / 2)
    let acknowledged = 0
    await Promise.all(
      [...unacknowledged.values()].map(async (event) => {
        // Nobody answers any more after it was killed.
        const answer = await fetch(receiver.url, signDelivery(secrets, event, sentAt)).catch(() => null)
        if (answer?.status !== 200) return
        unacknowledged.delete(event.eventId)
        acknowledged += 1
        if (kills > 0 && acknowledged === enough) await receiver.stop('SIGKILL')
      }),
    )
    await receiver.stop()
    const ids = receiver.readStored().map(({ event }) => event.eventId)
    assert.equal(new Set(ids).size, ids.length, 'an event is there twice')
    if (unacknowledged.size > 0) continue
    assert.deepEqual(ids.toSorted(), events.map(({ eventId }) => eventId).toSorted())
  }
})
