import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { after, before, test } from 'node:test'
import { startWorker } from '@commonchart/subgraph'
import { createServiceIdentity } from '@commonchart/testing'
import {
  decodeBase64,
  openNote,
  parseCheckpoint,
  parseVerifierKey,
  verifyConsistency,
  type Checkpoint,
} from '@commonchart/transparency-log'
import { pino } from 'pino'
import { readAuditConfig } from './audit-config.ts'
import { answerCheckpoints, type NewCheckpoint } from './checkpoint-endpoint.ts'
import { createLogSigner } from './log-key.ts'
import { sequenceLeaves } from './sequence-leaves.ts'
import { createRequestLeaf, openTestLog, type TestLog } from './test-log.ts'
import { openWitness } from './witness.ts'

let log: TestLog
const folder = mkdtempSync(join(tmpdir(), 'commonchart-witness-'))
before(async () => {
  log = await openTestLog()
})
after(async () => {
  await log.close()
  rmSync(folder, { recursive: true, force: true })
})

const services = { post: () => Promise.reject(new Error('nobody is asked')) }

async function ask(seen: Record<string, number>): Promise<NewCheckpoint[]> {
  const identity = createServiceIdentity('gateway')
  const answer = await answerCheckpoints({ db: log.db, identity, body: { seen }, services })
  return (answer as { checkpoints: NewCheckpoint[] }).checkpoints
}

function open({ text: note, verifierKey }: NewCheckpoint): Checkpoint {
  const verifier = parseVerifierKey(verifierKey ?? '') ?? assert.fail()
  return parseCheckpoint(openNote(note ?? '', [verifier]) ?? '') ?? assert.fail()
}

async function grow(domainId: number, count: number): Promise<void> {
  await log.insert(
    domainId,
    Array.from({ length: count }, () => createRequestLeaf()),
  )
  await log.sequence(domainId)
}

test('a gateway gets what it has not seen, with the proof that what it saw is a prefix', async () => {
  await grow(1, 3)
  await grow(2, 300)
  const [one, two] = await ask({})
  assert.ok(one && two)
  assert.deepEqual([one.domainId, one.size, one.proof, two.domainId, two.size], [1, 3, [], 2, 300])
  assert.deepEqual(await ask({ 1: 3, 2: 300 }), [])
  await grow(2, 100)
  const [grown, ...others] = await ask({ 1: 3, 2: 300 })
  assert.ok(grown)
  assert.deepEqual(others, [])
  const claim = {
    ...{ first: 300, second: 400, firstRoot: open(two).root, secondRoot: open(grown).root },
    proof: grown.proof.map((hash) => decodeBase64(hash) ?? assert.fail()),
  }
  assert.ok(verifyConsistency(claim))
})

test('a gateway that has seen more than there is hears of it', async () => {
  assert.deepEqual(
    (await ask({ 1: 9, 2: 400, 77: 5 })).map(({ domainId, size, proof }) => [domainId, size, proof]),
    [
      [1, 3, []],
      [77, 0, []],
    ],
  )
})

test('a folder keeps each checkpoint whole, and never another in its place', async () => {
  const witness = openWitness(folder)
  const checkpoint = { domainId: 7, size: '3', text: 'one\n' }
  await witness.take(checkpoint)
  await witness.take(checkpoint)
  await assert.rejects(witness.take({ ...checkpoint, text: 'two\n' }), /written anew/)
  assert.deepEqual(readdirSync(join(folder, '7')), ['3.checkpoint'])
  assert.equal(readFileSync(join(folder, '7', '3.checkpoint'), 'utf8'), 'one\n')
})

/** Writes the key of the log to a file, as a process is given it. */
function writeKey(): string {
  const file = join(folder, 'key.json')
  const jwk = log.key.privateKey.export({ format: 'jwk' })
  writeFileSync(file, JSON.stringify({ name: 'audit.test', jwk }))
  return file
}

test('what the witness does not take is offered again until it does', async () => {
  const received: string[] = []
  let refusals = 2
  let hasAll = (): void => undefined
  const all = new Promise<void>((resolve) => (hasAll = resolve))
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      const refuse = refusals-- > 0
      if (!refuse) received.push(body)
      response.writeHead(refuse ? 503 : 204).end()
      if (received.length === 1) hasAll()
    })
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  const { port } = server.address() as AddressInfo
  const { tasks, witnessed } = readAuditConfig({
    AUDIT_SIGNING_KEY: writeKey(),
    CHECKPOINT_WITNESS: `http://127.0.0.1:${port}`,
  })
  const worker = await startWorker({ url: log.workerUrl, services, logger: pino({ level: 'silent' }), tasks })
  await log.insert(8, [createRequestLeaf()])
  const signer = createLogSigner(log.key, 8)
  await sequenceLeaves(log.db, 8, { signer, witnessed, checkpointIntervalMs: 0 })
  await all
  await worker.stop()
  await new Promise((closed) => server.close(closed))
  assert.deepEqual(received, [await log.checkpoint(8)])
})

test('the signing key is read from its file, and without one nothing is signed', () => {
  const file = writeKey()
  const { key, witnessed, tasks } = readAuditConfig({ AUDIT_SIGNING_KEY: file })
  assert.equal(createLogSigner(key, 1).verifierKey, createLogSigner(log.key, 1).verifierKey)
  assert.deepEqual([witnessed, tasks], [false, {}])
  assert.throws(() => readAuditConfig({}))
  writeFileSync(file, '{"name":"x"}')
  assert.throws(() => readAuditConfig({ AUDIT_SIGNING_KEY: file }), /AUDIT_SIGNING_KEY/)
})
