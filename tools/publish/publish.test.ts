import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { CompositionError } from '../schema/compose.ts'
import { composeEachAlone } from './compose-alone.ts'
import { readCommand } from './options.ts'
import { publishSubgraph, PublishRefused } from './publish.ts'
import { rollBack } from './rollback.ts'
import { digest, Store } from './store.ts'
import { noExceptions, publisher, publishOptions, writeSchema } from './test-subgraphs.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-store-'))
after(() => rmSync(folder, { recursive: true }))

let count = 0
function openStore(): Store {
  count += 1
  return new Store(join(folder, String(count)))
}

const added = (field: string): string => `"Put in by a test." ${field}: Int`

function publish(store: Store, name: 'people' | 'visits', more = '', parts = {}) {
  const candidate = { name, text: writeSchema(name, more), urls: null, by: 'a team', commit: null, ...parts }
  return publishSubgraph(store, candidate, publishOptions)
}

const current = (store: Store): string => readFileSync(join(store.folder, 'supergraph.graphql'), 'utf8')

/** Every file of a store with its content. */
const snapshot = (store: Store) =>
  Object.fromEntries(
    globSync('**/*', { cwd: store.folder, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => [
        join(entry.parentPath, entry.name),
        readFileSync(join(entry.parentPath, entry.name), 'utf8'),
      ]),
  )

test('the first publishing takes the other subgraphs from the workspace and says so; later ones take nothing', async () => {
  const store = openStore()
  const first = await publish(store, 'people', added('age'))
  assert.deepEqual(first.taken, ['visits'])
  assert.match(current(store), /peopleStart[^]*age[^]*visitsStart/)
  const second = await publish(store, 'visits', added('seen'), { urls: ['http://a.test/', 'http://b.test/'] })
  assert.deepEqual(second.taken, [])
  assert.match(current(store), /url: "http:\/\/a\.test\/,http:\/\/b\.test\/"/)
  assert.match(current(store), /age[^]*seen/)
  const version = store.findLatest()
  assert.deepEqual(
    Object.entries(version?.subgraphs ?? {}).map(([name, { version: own, since, by }]) => [
      name,
      own,
      since,
      by,
    ]),
    [
      ['people', 1, 1, 'a team'],
      ['visits', 2, 2, 'a team'],
    ],
  )
  assert.equal(version?.sha256, digest(current(store)))
  assert.equal(
    store.readSchema('visits', store.getVersion(1).subgraphs.visits as never),
    writeSchema('visits'),
  )
})

test('what is published already makes no version; other addresses of the same schema do', async () => {
  const store = openStore()
  await publish(store, 'people')
  assert.equal((await publish(store, 'people')).version, null)
  assert.equal((await publish(store, 'people', '', { urls: ['http://c.test/'] })).version?.version, 2)
  assert.equal((await publish(store, 'people')).version, null)
})

test('what does not compose, and what would break consumers, is refused and changes nothing', async () => {
  const store = openStore()
  await publish(store, 'people', added('age'))
  const before = snapshot(store)
  const text = writeSchema('visits').replace('"id"', '"nothing"')
  await assert.rejects(publish(store, 'visits', '', { text }), CompositionError)
  await assert.rejects(publish(store, 'people'), (error) => {
    assert.ok(error instanceof PublishRefused)
    assert.deepEqual(
      error.report.changes.map(({ change, verdict }) => [change.coordinate, verdict]),
      [['Person.age', 'breaking']],
    )
    return true
  })
  await assert.rejects(publish(store, 'people', `${added('age')} undescribed: Int`), PublishRefused)
  assert.deepEqual(snapshot(store), before)
})

test('what another team published with a fault is not held against a team that did not', async () => {
  const store = openStore()
  const lenient = { ...publishOptions, exceptions: { ...noExceptions, lists: ['Person.many'] } }
  const text = writeSchema('people', '"All that there are." many: [Int]')
  await publishSubgraph(store, { name: 'people', text, urls: null, by: null, commit: null }, lenient)
  assert.equal((await publish(store, 'visits', added('seen'))).version?.version, 2)
})

test('two teams that publish at the same moment both survive, and a follower never reads half a supergraph', async () => {
  const store = openStore()
  await publish(store, 'people')
  const each = 4
  const ended = ['people', 'visits'].map((name) => {
    const child = spawn(
      process.execPath,
      ['--input-type=module', '-e', publisher, store.folder, name, String(each)],
      { cwd: fileURLToPath(new URL('../../', import.meta.url)), stdio: ['ignore', 'inherit', 'inherit'] },
    )
    return once(child, 'exit')
  })
  let going = true
  const seen = new Set<string>()
  const following = (async () => {
    for (; going; await pause(1)) seen.add(digest(current(store)))
  })()
  assert.deepEqual(await Promise.all(ended), [
    [0, null],
    [0, null],
  ])
  going = false
  await following
  const versions = store.listVersions()
  assert.deepEqual(
    versions.map(({ version }) => version),
    Array.from({ length: 1 + 2 * each }, (_, at) => at + 1),
  )
  const last = current(store)
  for (const name of ['people', 'visits'])
    for (let n = 1; n <= each; n += 1) assert.match(last, new RegExp(`\\b${name}Added${n}\\b`))
  assert.equal(digest(last), versions.at(-1)?.sha256)
  const known = new Set(versions.map(({ sha256 }) => sha256))
  assert.deepEqual(
    [...seen].filter((each) => !known.has(each)),
    [],
  )
  assert.deepEqual(globSync('{.*,versions/.*}', { cwd: store.folder }), [])
})

test('of two who compose on top of the same version, the second is told and nothing of the first is lost', async () => {
  const store = openStore()
  await publish(store, 'people')
  const latest = store.findLatest()
  assert.ok(latest)
  assert.equal(store.append({ ...latest, version: 2 }, 'one', {}), true)
  const before = snapshot(store)
  assert.equal(store.append({ ...latest, version: 2 }, 'other', {}), false)
  assert.deepEqual(snapshot(store), before)
})

test('a rollback restores an earlier supergraph byte by byte, goes further back each time, and can be undone', async () => {
  const store = openStore()
  const texts: string[] = []
  for (const fields of ['', added('one'), `${added('one')} ${added('two')}`]) {
    await publish(store, 'people', fields)
    texts.push(current(store))
  }
  const roll = (to: number | null = null) => rollBack(store, { to, by: null, now: new Date(0) })
  assert.equal(roll().because, 'rollback to 2')
  assert.equal(current(store), texts[1])
  assert.equal(roll().because, 'rollback to 1')
  assert.equal(current(store), texts[0])
  assert.throws(() => roll(), /no earlier version/)
  assert.throws(() => roll(17), /no version 17/)
  assert.equal(roll(4).because, 'rollback to 2')
  assert.equal(roll(3).sha256, digest(texts[2] ?? ''))
  assert.equal(current(store), texts[2])
  roll(1)
  const next = await publish(store, 'people', added('three'))
  assert.doesNotMatch(current(store), /\btwo\b/)
  assert.equal(next.version?.because, 'people 4')
  assert.equal(roll().because, 'rollback to 1')
})

test('the check says which subgraphs can be published alone, and fails when all wait for another', async () => {
  const store = openStore()
  await publish(store, 'people')
  const latest = store.findLatest()
  assert.ok(latest)
  const source = (name: 'people' | 'visits', more: string) => ({
    ...{ name, url: 'http://x.test/', text: writeSchema(name, more) },
  })
  const people = source('people', '"A word of it." mood: Mood').text
  const ofPeople = { ...source('people', ''), text: `${people} "How it is." enum Mood { "Well." WELL }` }
  const waits = source('visits', '"A word of it." lastMood: Mood')
  const some = composeEachAlone(store, latest, [ofPeople, waits])
  assert.deepEqual(some.faults, [])
  assert.match(some.notes.join('\n'), /^people can be published as it is\.\nvisits cannot .*Mood/)
  assert.equal(composeEachAlone(store, latest, [waits]).faults.length, 1)
  assert.deepEqual(composeEachAlone(store, latest, [source('visits', '')]), { faults: [], notes: [] })
})

test('a command line names one subgraph and addresses without passwords', () => {
  const command = readCommand(['publish', 'people', '--url', 'http://a.test/graphql,https://b.test'], {
    SUPERGRAPH_STORE: folder,
  })
  assert.ok(command.command === 'publish')
  assert.deepEqual(command.urls, ['http://a.test/graphql', 'https://b.test/'])
  assert.equal(command.store, folder)
  for (const words of [
    ['publish'],
    ['publish', 'people', 'visits'],
    ['publish', 'people', '--url', 'ftp://a.test'],
    ['publish', 'people', '--url', 'http://me:secret@a.test'],
    ['rollback', '--to', 'yesterday'],
    ['remove'],
  ])
    assert.throws(() => readCommand(words, {}), TypeError, words.join(' '))
  assert.ok(existsSync(folder))
})

test('every subgraph of the workspace can be published by its own command', () => {
  const root = new URL('../../', import.meta.url)
  const folders = globSync('apps/*/schema', { cwd: root })
  assert.ok(folders.length >= 3)
  for (const each of folders) {
    const text = readFileSync(new URL(`${each}/../package.json`, root), 'utf8')
    const { nx } = JSON.parse(text) as { nx: { targets: Record<string, unknown> } }
    assert.ok(nx.targets.publish, `${each}: put "publish": {} beside the targets of its project`)
  }
})
