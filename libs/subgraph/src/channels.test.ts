import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { openServiceChannel, type Identity, type ServiceSigner } from '@commonchart/identity'
import { startNotes } from '../fixtures/running-notes.ts'
import { MalformedBody } from './http.ts'

type Notes = Awaited<ReturnType<typeof startNotes>>

let notes: Notes
let answer: ((body: Buffer) => Promise<unknown>) | undefined
before(async () => {
  notes = await startWithBytes()
})
after(() => notes.stop())

function startWithBytes(): Promise<Notes> {
  return startNotes({
    bytes: {
      '/internal/bytes': ({ body, identity }) => {
        if (body.length === 0) throw new MalformedBody('it is empty')
        return answer ? answer(body) : Promise.resolve({ from: identity.subject, bytes: body.length })
      },
    },
  })
}

const neighbour = { kind: 'service', subject: 'service:neighbour' } as const

async function withChannel<Result>(
  given: { to?: Notes; path?: string; signer?: ServiceSigner; who?: Partial<Identity> },
  work: (send: (body: Buffer) => Promise<{ status: number; body: string }>) => Promise<Result>,
): Promise<Result> {
  const { to = notes, path = '/internal/bytes', who = neighbour } = given
  const channel = openServiceChannel({
    ...{ url: new URL(path, to.url), audience: 'notes', signer: given.signer ?? to.neighbourSigner },
    createIdentity: () => to.createIdentity(who),
  })
  try {
    return await work((body) => channel.send(body, 5000))
  } finally {
    await channel.close()
  }
}

test('a service reaches an endpoint that takes bytes over a channel, and hears what became of each body', async () => {
  await withChannel({}, async (send) => {
    const { status, body } = await send(Buffer.from('four'))
    assert.deepEqual([status, JSON.parse(body)], [200, { from: 'service:neighbour', bytes: 4 }])
    assert.equal((await send(Buffer.alloc(0))).status, 400)
    answer = () => Promise.reject(new Error('broken'))
    assert.deepEqual(await send(Buffer.from('a')), { status: 500, body: '{}' })
  })
})

test('over a channel that speaks for a consumer nothing reaches an internal endpoint', async () => {
  let asked = 0
  answer = () => Promise.resolve((asked += 1))
  await withChannel({ signer: notes.gatewaySigner, who: {} }, async (send) =>
    assert.equal((await send(Buffer.from('a'))).status, 401),
  )
  assert.equal(asked, 0)
})

test('there are no channels to the graph, nor to what is not there', async () => {
  for (const path of ['/graphql', '/internal/events', '/internal/none'])
    await assert.rejects(withChannel({ path }, (send) => send(Buffer.from('{}'))))
})

test('a subgraph that stops answers what it took, and then ends the channel', async () => {
  const stopping = await startWithBytes()
  const release = Promise.withResolvers<void>()
  let isTaken = false
  answer = async () => {
    isTaken = true
    await release.promise
    return 'answered'
  }
  await withChannel({ to: stopping }, async (send) => {
    const under = send(Buffer.from('a'))
    while (!isTaken) await new Promise(setImmediate)
    const stopped = stopping.stop()
    release.resolve()
    assert.equal((await under).body, '"answered"')
    await stopped
    await assert.rejects(send(Buffer.from('b')))
  })
})
