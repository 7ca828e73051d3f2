import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { StoredEvent } from './event-file.ts'
import { createEvent, createSecret, makeFolder, signDelivery } from './test-sender.ts'

const folder = makeFolder()
const secret = createSecret()
writeFileSync(join(folder, 'secrets'), secret)

interface RunningReceiver {
  process: ChildProcess
  url: string
}

/** As whoever uses it starts it. */
async function startProcess(): Promise<RunningReceiver> {
  const child = spawn(
    process.execPath,
    [
      fileURLToPath(new URL('main.ts', import.meta.url)),
      ...['--port', '0', '--folder', folder, '--secrets-file', join(folder, 'secrets')],
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines = createInterface({ input: child.stdout })
  for await (const line of lines) {
    const { msg, url } = JSON.parse(line) as { msg: string; url: string }
    if (msg !== 'listening') continue
    child.stdout.resume()
    return { process: child, url }
  }
  throw new Error('the receiver ended before it listened')
}

test('a receiver that is killed again and again while events come loses none and has none twice', async () => {
  const events = Array.from({ length: 300 }, (_, sequence) =>
    createEvent({ sequence, patientId: `${sequence}` }),
  )
  const unacknowledged = new Map(events.map((event) => [event.eventId, event]))
  let sentAt = Math.floor(Date.now() / 1000) - 100
  for (let kills = 3; unacknowledged.size > 0; kills -= 1) {
    const receiver = await startProcess()
    const ended = once(receiver.process, 'exit')
    // Each attempt is signed anew, as the sender does it.
    sentAt += 1
    const enough = Math.floor(unacknowledged.size / 2)
    let acknowledged = 0
    await Promise.all(
      [...unacknowledged.values()].map(async (event) => {
        // Nobody answers any more after it was killed.
        const answer = await fetch(receiver.url, signDelivery([secret], event, sentAt)).catch(() => null)
        if (answer?.status !== 200) return
        unacknowledged.delete(event.eventId)
        acknowledged += 1
        if (kills > 0 && acknowledged === enough) receiver.process.kill('SIGKILL')
      }),
    )
    if (kills <= 0) receiver.process.kill()
    await ended
  }
  const stored = readFileSync(join(folder, 'events.ndjson'), 'utf8').split('\n').slice(0, -1)
  const ids = stored.map((line) => (JSON.parse(line) as StoredEvent).event.eventId)
  assert.deepEqual(ids.toSorted(), events.map(({ eventId }) => eventId).toSorted())
})
