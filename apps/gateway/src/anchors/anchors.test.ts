import assert from 'node:assert/strict'
import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import {
  appendLeaf,
  createNoteSigner,
  emptyRange,
  encodeBase64,
  formatCheckpoint,
  hashLeaf,
  hashNode,
  proveConsistency,
  rootOf,
  signNote,
  type Hash,
  type NoteSigner,
} from '@commonchart/transparency-log'
import { startTestGateway, waitUntil } from '../../fixtures/running-gateway.ts'
import { Anchors, CheckpointRefused, type OfferedCheckpoint } from './anchors.ts'

const origin = 'audit.test/1'
const createKey = (): KeyObject => generateKeyPairSync('ed25519').privateKey
const createSigner = (): NoteSigner => createNoteSigner(origin, createKey())
const key = createKey()
const signer = createNoteSigner(origin, key)
const folder = mkdtempSync(join(tmpdir(), 'commonchart-anchors-'))
after(() => rmSync(folder, { recursive: true, force: true }))

/** Leaves of a log; `altered` changes the one at that place. */
const leavesOf = (size: number, altered = -1): Hash[] =>
  Array.from({ length: size }, (_, index) =>
    hashLeaf(Buffer.from(index === altered ? 'altered' : `leaf ${index}`)),
  )

/** Offers the checkpoint of a log with the proof that it continues the one of `first` leaves. */
async function offer(
  leaves: Hash[],
  first = 0,
  { by = signer, log = origin }: { by?: NoteSigner; log?: string } = {},
): Promise<OfferedCheckpoint> {
  const range = leaves.reduce((tree, leaf) => appendLeaf(tree, leaf), emptyRange)
  const text = signNote(formatCheckpoint({ origin: log, size: leaves.length, root: rootOf(range) }), by)
  const hashOf = (level: number, index: number): Hash =>
    level === 0
      ? (leaves[index] as Hash)
      : hashNode(hashOf(level - 1, index * 2), hashOf(level - 1, index * 2 + 1))
  const proof =
    first > leaves.length
      ? []
      : await proveConsistency(
          (subtrees) => Promise.resolve(subtrees.map(({ level, index }) => hashOf(level, index))),
          first,
          leaves.length,
        )
  return { domainId: 1, text, verifierKey: by.verifierKey, proof: proof.map(encodeBase64) }
}

function open(): Anchors {
  const anchors = new Anchors({ folder: null, keyFile: null })
  anchors.learnKey(signer.verifierKey)
  return anchors
}

test('a log that grows is followed', async () => {
  const anchors = open()
  for (const [before, size] of [
    [0, 3],
    [3, 3],
    [3, 8],
    [8, 100],
  ] as const)
    anchors.take(await offer(leavesOf(size), before))
  assert.deepEqual(anchors.sizes, { 1: 100 })
})

test('the logs of several domains are followed by one key, each in its own name', async () => {
  const anchors = open()
  anchors.take(await offer(leavesOf(3)))
  const second = createNoteSigner('audit.test/2', key)
  anchors.take({ ...(await offer(leavesOf(5), 0, { log: 'audit.test/2', by: second })), domainId: 2 })
  assert.deepEqual(anchors.sizes, { 1: 3, 2: 5 })
})

const contradictions: Record<string, () => Promise<OfferedCheckpoint>> = {
  'an older one': () => offer(leavesOf(9)),
  'one of the same size with another root': () => offer(leavesOf(10, 4), 10),
  'one whose earlier leaves were altered': () => offer(leavesOf(20, 4), 10),
  'one without a proof': async () => ({ ...(await offer(leavesOf(20), 10)), proof: [] }),
  'one with a proof that is no base64': async () => ({
    ...(await offer(leavesOf(20), 10)),
    proof: ['?'],
  }),
  'one that another key signed': () => offer(leavesOf(20), 10, { by: createSigner() }),
  'one of another log': () =>
    offer(leavesOf(20), 10, { log: 'other.test/1', by: createNoteSigner('other.test/1', key) }),
  'one of another domain': () =>
    offer(leavesOf(20), 10, { log: 'audit.test/2', by: createNoteSigner('audit.test/2', key) }),
  'no checkpoint any more': () => Promise.resolve({ domainId: 1, text: null, verifierKey: null, proof: [] }),
  'what is no checkpoint': () =>
    Promise.resolve({ domainId: 1, text: 'nothing', verifierKey: null, proof: [] }),
}

for (const [name, create] of Object.entries(contradictions))
  test(`${name} is refused and does not take the place of what was seen`, async () => {
    const anchors = open()
    anchors.take(await offer(leavesOf(10)))
    const offered = await create()
    assert.throws(() => anchors.take(offered), CheckpointRefused)
    assert.deepEqual(anchors.sizes, { 1: 10 })
    anchors.take(await offer(leavesOf(11), 10))
  })

test('anchors and the key that was learnt survive the gateway; another key does not take their place', async () => {
  const first = new Anchors({ folder, keyFile: null })
  first.learnKey(signer.verifierKey)
  const offered = await offer(leavesOf(10))
  first.take(offered)
  assert.deepEqual(readdirSync(folder).sort(), ['1.checkpoint', 'checkpoint.key'])
  assert.equal(readFileSync(join(folder, '1.checkpoint'), 'utf8'), offered.text)
  const second = new Anchors({ folder, keyFile: null })
  assert.equal(second.hasKey, true)
  const older = await offer(leavesOf(4))
  assert.throws(() => second.take(older), /the log has 4 leaves and had 10/)
  const keyFile = join(folder, 'other.key')
  writeFileSync(keyFile, createSigner().verifierKey)
  assert.throws(() => new Anchors({ folder, keyFile }), /the anchor of the domain 1 is not signed/)
})

test('a gateway follows the checkpoints, keeps the newest and raises an alarm each time at one that is older', async () => {
  const anchorsFolder = join(folder, 'gateway')
  const running = await startTestGateway({ CHECKPOINT_ANCHORS: anchorsFolder })
  try {
    const { audit, log } = running
    audit.checkpoints = { checkpoints: [await offer(leavesOf(10))] }
    await waitUntil(() => audit.seen.some((seen) => seen['1'] === 10), 'the gateway has seen ten leaves')
    audit.checkpoints.checkpoints = [await offer(leavesOf(5))]
    const alarms = (): unknown[] => log.filter(({ alarm }) => alarm === 'CHECKPOINT_REFUSED')
    await waitUntil(() => alarms().length >= 2, 'two alarms were raised')
    assert.deepEqual(audit.seen.at(-1), { 1: 10 })
    assert.deepEqual(readdirSync(anchorsFolder).sort(), ['1.checkpoint', 'checkpoint.key'])
  } finally {
    await running.stop()
  }
})
