import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, beforeEach, test } from 'node:test'
import { encodeLeaf, hashFacts, sealLeaf, type LeafFacts } from '@commonchart/audit'
import {
  appendLeaf,
  createNoteSigner,
  emptyRange,
  encodeBase64,
  formatCheckpoint,
  rootOf,
  signNote,
} from '@commonchart/transparency-log'
import { startAnsweringGateway } from './answering-gateway.ts'
import { runChart } from './program.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-audit-'))
const gateway = await startAnsweringGateway()
after(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true, force: true })
})

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const collect = (to: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        said[to] += String(chunk)
        done()
      },
    })
  const code = await runChart(args, {
    ...{ out: collect('out'), err: collect('err'), readInput: () => Promise.resolve('') },
    environment: { COMMONCHART_HOME: join(folder, 'home'), COMMONCHART_OPERATOR_URL: gateway.url },
    takeInterruption: () => new AbortController().signal,
  })
  return { code, ...said }
}
assert.equal((await run('operator', 'init')).code, 0)

const { privateKey } = generateKeyPairSync('ed25519')
const signer = createNoteSigner('audit.test/12', privateKey)
const key = signer.verifierKey
const leaves = Array.from({ length: 9 }, (_, at) => createFacts(at))
const file = (name: string): string => join(folder, name)

function createFacts(at: number): LeafFacts {
  return {
    ...{ domainId: 12, id: `01890000-0000-7000-8000-00000000000${at}`, kind: 'REQUEST', requestId: `r${at}` },
    ...{
      occurredAt: '2026-03-08T09:30:00.000Z',
      actor: null,
      keyId: null,
      ip: '::1',
      action: 'request.answered',
    },
    ...{ recordType: null, recordId: null, recordVersion: null, patientId: null, fields: [], counts: null },
    ...{ outcome: 'SUCCESS', detailHash: null, durationMs: 3, count: 1 },
  }
}

function checkpointOf(size: number): string {
  const range = leaves
    .slice(0, size)
    .reduce((grown, facts) => appendLeaf(grown, hashFacts(facts)), emptyRange)
  return signNote(formatCheckpoint({ origin: signer.name, size, root: rootOf(range) }), signer)
}

/** The log as the graph or an export gives it, after something was done to its facts. */
function placed(change: (facts: LeafFacts, at: number) => LeafFacts = (facts) => facts) {
  return leaves.map((facts, sequence) => ({
    sequence,
    leafHash: encodeBase64(hashFacts(facts)),
    seal: encodeBase64(sealLeaf(signer, sequence, hashFacts(facts))),
    facts: change(facts, sequence),
  }))
}

function writeExport(name: string, lines: object[]): string {
  writeFileSync(file(name), lines.map((line) => `${JSON.stringify(line)}\n`).join(''))
  return file(name)
}

beforeEach(() => {
  gateway.asked.length = 0
  writeFileSync(file('six.checkpoint'), checkpointOf(6))
})

test('an export is verified against an anchor without asking anybody', async () => {
  const good = writeExport('good.ndjson', placed())
  const args = ['--anchor', file('six.checkpoint'), '--key', key]
  const { code, out } = await run('audit', 'verify', '--export', good, ...args)
  assert.equal(code, 0)
  assert.match(out, /^All 9 leaves .* cover 6 of them/)
  const bad = writeExport(
    'bad.ndjson',
    placed((facts, at) => (at === 4 ? { ...facts, ip: '::2' } : facts)),
  )
  const found = await run('audit', 'verify', '--export', bad, ...args, '--json')
  assert.equal(found.code, 1)
  const { fault } = JSON.parse(found.out) as { fault: { kind: string; sequence: number } }
  assert.deepEqual([fault.kind, fault.sequence], ['altered', 4])
  const short = writeExport('short.ndjson', placed().slice(0, 5))
  const cut = await run('audit', 'verify', '--export', short, ...args, '--json')
  const { fault: incomplete } = JSON.parse(cut.out) as { fault: { kind: string; sequence: null } }
  assert.deepEqual([cut.code, incomplete.kind, incomplete.sequence], [1, 'incomplete', null])
  assert.equal(gateway.asked.length, 0)
})

test('what was given with an export is refused without blaming a leaf', async () => {
  const good = writeExport('good.ndjson', placed())
  const anchor = file('six.checkpoint')
  const other = createNoteSigner('audit.test/13', privateKey)
  writeFileSync(
    file('other.checkpoint'),
    signNote(formatCheckpoint({ origin: other.name, size: 6, root: new Uint8Array(32) }), other),
  )
  const verify = async (exported: string, ...args: string[]) => {
    const { code, out } = await run('audit', 'verify', '--export', exported, ...args)
    assert.equal(code, 1, out)
    assert.doesNotMatch(out, /[Ll]eaf \d+ (\(|was|is)/)
    return out
  }
  const wrongKey = /key is for the log audit\.test\/13, .* of the log of domain 12/
  assert.match(await verify(good, '--key', other.verifierKey, '--anchor', anchor), wrongKey)
  assert.match(await verify(good, '--key', other.verifierKey, '--anchor', file('other.checkpoint')), wrongKey)
  assert.match(
    await verify(good, '--key', key, '--anchor', file('other.checkpoint')),
    /checkpoint of .*other\.checkpoint is of the log audit\.test\/13, and the key is for audit\.test\/12/,
  )
  assert.match(
    await verify(writeExport('old.ndjson', placed().slice(0, 5)), '--key', key, '--anchor', anchor),
    /ends before leaf 5, .* newer than the export, .* Export the log again/,
  )
  assert.match(
    await verify(writeExport('late.ndjson', placed().slice(4)), '--key', key, '--anchor', anchor),
    /begins with leaf 4/,
  )
})

test('a leaf that names another domain than its neighbours is the one that is bad', async () => {
  const moved = writeExport(
    'moved.ndjson',
    placed((facts, at) => (at === 0 ? { ...facts, domainId: 13 } : facts)),
  )
  const args = ['--anchor', file('six.checkpoint'), '--key', key]
  assert.match((await run('audit', 'verify', '--export', moved, ...args)).out, /^Leaf 0 .* is not what/)
})

test('a folder of anchors gives those of this log, and one without any is an error', async () => {
  mkdirSync(file('witness/12'), { recursive: true })
  mkdirSync(file('empty'), { recursive: true })
  writeFileSync(file('witness/12/6.checkpoint'), checkpointOf(6))
  writeFileSync(file('witness/12/9.checkpoint'), checkpointOf(9))
  writeFileSync(file('witness/notes'), 'not a checkpoint')
  writeFileSync(file('key'), `${key}\n`)
  const good = writeExport('good.ndjson', placed())
  const args = ['audit', 'verify', '--export', good, '--key', file('key'), '--anchor']
  assert.match((await run(...args, file('witness'))).out, /cover 9 of them/)
  assert.equal((await run(...args, file('empty'))).code, 2)
})

test('a log is verified through the operator’s graph, and an anchor that it does not reach is told', async () => {
  const nodes = placed().map(({ sequence, leafHash, seal, facts }) => {
    const { domainId, ip, ...event } = facts
    return {
      sequence: String(sequence),
      leafHash,
      seal,
      domainId,
      event: { ...event, ipAddress: ip, seen: [] },
    }
  })
  const answer = (of: object[]) => {
    const page = (list: object[]) => ({ nodes: list, endCursor: '8', hasNextPage: false })
    const first = page(of.slice(0, 5))
    gateway.answers.splice(
      ...[0, gateway.answers.length],
      { body: { data: { auditCheckpoint: { text: checkpointOf(6), verifierKey: key } } } },
      { body: { data: { auditLeaves: { ...first, hasNextPage: true } } } },
      { body: { data: { auditLeaves: page(of.slice(5)) } } },
      { body: { data: { auditUnsequenced: page([]) } } },
    )
  }
  answer(nodes)
  const { code, out } = await run('audit', 'verify', '--domain', 'north', '--anchor', file('six.checkpoint'))
  assert.equal(code, 0, out)
  assert.match(out, /No --key was given/)
  assert.deepEqual(
    gateway.asked.map(({ variables }) => variables.domain),
    Array(4).fill('north'),
  )
  answer(nodes)
  assert.match((await run('audit', 'verify')).out, /No --anchor was given/)
  assert.equal(gateway.asked.at(-1)?.variables.domain, null)
})

test('a checkpoint is printed as it is, or written into a new file', async () => {
  const checkpoint = { size: '6', text: checkpointOf(6), verifierKey: key }
  gateway.answers.splice(0, gateway.answers.length, { body: { data: { auditCheckpoint: checkpoint } } })
  assert.equal((await run('audit', 'checkpoint', '--domain', 'north')).out, checkpoint.text)
  const args = ['audit', 'checkpoint', '--domain', 'north', '--out', file('new.checkpoint')]
  assert.ok((await run(...args)).out.includes(key))
  assert.equal((await run(...args)).code, 2)
})

test('a proof is checked from the leaf’s bytes up', async () => {
  const [one = assert.fail(), two = assert.fail()] = leaves
  const range = appendLeaf(appendLeaf(emptyRange, hashFacts(one)), hashFacts(two))
  const text = signNote(formatCheckpoint({ origin: signer.name, size: 2, root: rootOf(range) }), signer)
  const proof = {
    ...{ sequence: '1', leaf: encodeBase64(encodeLeaf(two)), leafHash: encodeBase64(hashFacts(two)) },
    ...{ hashes: [encodeBase64(hashFacts(one))], checkpoint: { size: '2', text, verifierKey: key } },
  }
  const prove = (given: object | null) => {
    gateway.answers.splice(0, gateway.answers.length, { body: { data: { auditProof: given } } })
    return run('audit', 'proof', two.id, '--domain', 'north')
  }
  const { code, out } = await prove(proof)
  assert.equal(code, 0)
  assert.match(out, /^The event is leaf 1 of the 2/)
  assert.equal((await prove({ ...proof, leaf: encodeBase64(encodeLeaf(one)) })).code, 1)
  assert.equal((await prove({ ...proof, hashes: [] })).code, 1)
  assert.equal((await prove(null)).code, 2)
  const other = createNoteSigner('audit.test/13', privateKey).verifierKey
  gateway.answers.splice(0, gateway.answers.length, { body: { data: { auditProof: proof } } })
  const mistaken = await run('audit', 'proof', two.id, '--domain', 'north', '--key', other)
  assert.equal(mistaken.code, 1)
  assert.match(mistaken.out, /of the log audit\.test\/12, and the key is for audit\.test\/13/)
})

test('what is wrongly written ends with 2', async () => {
  writeFileSync(file('broken.ndjson'), '{\n')
  const other = writeExport('other.ndjson', [{ sequence: 0, leafHash: 'x', seal: 'x' }])
  const good = writeExport('good.ndjson', placed())
  const anchor = ['--anchor', file('six.checkpoint')]
  for (const args of [
    ['--export', good],
    ['--export', good, ...anchor],
    ['--export', good, ...anchor, '--key', 'nonsense'],
    ['--export', file('nothing'), ...anchor, '--key', key],
    ['--export', file('broken.ndjson'), ...anchor, '--key', key],
    ['--export', other, ...anchor, '--key', key],
    ['--export', good, '--anchor', file('nothing'), '--key', key],
  ])
    assert.equal((await run('audit', 'verify', ...args)).code, 2, args.join(' '))
})
