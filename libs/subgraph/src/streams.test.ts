import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { refusal } from '@commonchart/errors'
import { startNotes } from '../fixtures/running-notes.ts'
import { MalformedBody } from './http.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
let made = 0
let ended = Promise.resolve()

async function* count(to: number, end: () => void): AsyncGenerator<string> {
  try {
    for (let at = 1; at <= to; at += 1) {
      made = at
      await Promise.resolve()
      yield `${at}\n`.padStart(65_536, ' ')
      if (at === 3 && to === 3) throw new Error('broken in the middle')
    }
  } finally {
    end()
  }
}

before(async () => {
  notes = await startNotes({
    bytes: {
      '/internal/bytes': ({ body }) => {
        if (body.length === 0) throw new MalformedBody('it is empty')
        return Promise.resolve({ bytes: body.length, last: body.at(-1) })
      },
    },
    streams: {
      '/export/numbers': (context, { to }) => {
        if (context.identity.kind !== 'person') throw refusal('FORBIDDEN', 'Only people may.')
        let end: () => void = () => undefined
        ended = new Promise((done) => (end = done))
        return Promise.resolve({ contentType: 'text/plain', chunks: count(Number(to), end) })
      },
    },
  })
})
after(() => notes.stop())

async function postStream(to: number, kind: 'person' | 'consumer' = 'person'): Promise<Response> {
  const body = JSON.stringify({ to })
  const token = notes.gatewaySigner.sign(notes.createIdentity({ kind }), 'notes', body)
  return notes.post('/export/numbers', body, token)
}

test('bytes that are no text reach an internal endpoint as they were sent, and only a service may send them', async () => {
  const body = Buffer.from([0xff, 0xfe, 0x00, 0x80])
  const send = (sent: Buffer, kind: 'service' | 'consumer') => {
    const identity = notes.createIdentity({ kind, subject: 'service:neighbour' })
    const signer = kind === 'service' ? notes.neighbourSigner : notes.gatewaySigner
    return notes.post('/internal/bytes', sent, signer.sign(identity, 'notes', sent))
  }
  const answer = await send(body, 'service')
  assert.deepEqual(await answer.json(), { bytes: 4, last: 0x80 })
  assert.equal((await send(body, 'consumer')).status, 401)
  assert.equal((await send(Buffer.alloc(0), 'service')).status, 400)
})

test('a service cannot speak as another service', async () => {
  const identity = notes.createIdentity({ kind: 'service', subject: 'service:gateway' })
  const answer = await notes.post('/internal/bytes', 'x', notes.neighbourSigner.sign(identity, 'notes', 'x'))
  assert.equal(answer.status, 401)
})

test('a stream is sent whole, with its content type', async () => {
  const answer = await postStream(5)
  assert.equal(answer.status, 200)
  assert.equal(answer.headers.get('content-type'), 'text/plain')
  assert.deepEqual((await answer.text()).split(/\s+/).filter(Boolean), ['1', '2', '3', '4', '5'])
})

test('what a stream refuses is answered with its status and code before anything is sent', async () => {
  const answer = await postStream(5, 'consumer')
  assert.equal(answer.status, 403)
  const { errors } = (await answer.json()) as { errors: { extensions: { code: string } }[] }
  assert.equal(errors[0]?.extensions.code, 'FORBIDDEN')
  assert.equal((await notes.post('/export/numbers', '{}')).status, 401)
})

test('a stream that breaks does not look as if it had ended', async () => {
  const answer = await postStream(3)
  await assert.rejects(answer.text())
  assert.ok(notes.logged.some((line) => line.includes('broken in the middle')))
})

test('a stream makes no more than its receiver takes, and ends when the receiver leaves', async () => {
  const answer = await postStream(10_000)
  const reader = answer.body?.getReader()
  assert.ok(reader)
  await reader.read()
  await reader.cancel()
  await ended
  assert.ok(made < 10_000, `${made} of 10000 chunks were made for somebody who took one`)
})
