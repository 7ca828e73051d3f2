import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createKeySet } from '@commonchart/identity'
import { listSubgraphs, subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { parse } from 'yaml'
import { ensureComposeSecrets } from './secrets.ts'

const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')

/** What of a service the tests look at. */
interface Service {
  image: string
  user?: string
  read_only?: boolean
  tmpfs?: string[]
  cap_drop?: string[]
  security_opt?: string[]
  mem_limit?: string
  pids_limit?: number
  stop_grace_period?: string
  privileged?: boolean
  volumes?: string[]
}

const { services } = parse(compose, { merge: true }) as { services: Record<string, Service> }
const ours = Object.entries(services).filter(([, { image }]) => image.startsWith('commonchart/'))
const folder = mkdtempSync(join(tmpdir(), 'commonchart-compose-'))
const home = ensureComposeSecrets(folder)
const mounted = [...compose.matchAll(/\}\/secrets\/(\S+)$/gm)].map(([, name = '']) => name)
after(() => rmSync(folder, { recursive: true, force: true }))

test('every secret that docker-compose.yml mounts is made, and every one that is used is mounted', () => {
  for (const name of mounted) assert.ok(existsSync(join(home, 'secrets', name)), `${name} is not made`)
  const used = [...compose.matchAll(/\/run\/secrets\/([\w.-]+)/g)].map(([, name = '']) => name)
  assert.deepEqual([...new Set(used)].sort(), [...mounted].sort())
})

test('no secret stands in docker-compose.yml, and nobody but their owner reaches the files', () => {
  assert.doesNotMatch(compose, /PASSWORD: |postgres:\/\//)
  assert.equal(statSync(join(home, 'secrets')).mode & 0o777, 0o700)
})

test('making the secrets again keeps them', () => {
  const read = (): string[] => mounted.map((name) => readFileSync(join(home, 'secrets', name), 'utf8'))
  const before = read()
  ensureComposeSecrets(folder)
  assert.deepEqual(read(), before)
})

test('every subgraph has a database, a migration and an address of its own', () => {
  for (const { name, port } of listSubgraphs()) {
    for (const service of [name, `${name}-database`, `${name}-migration`])
      assert.match(compose, new RegExp(`^  ${service}:$`, 'm'))
    const addresses = readFileSync(join(home, 'secrets', `${name}.env`), 'utf8')
    assert.match(addresses, new RegExp(`@${name}-database:5432/`))
    for (const address of [
      `  ${toVariable(name)}_URL: http://${name}:${port}`,
      `      SUBGRAPH_URL_${toVariable(name)}: http://${name}:${port}/graphql`,
      `      ${name}: { condition: service_healthy }`,
    ])
      assert.ok(compose.includes(`\n${address}\n`), address)
  }
})

test('every other subgraph is told of domains', () => {
  const [, followers = ''] = /^ {6}SUBGRAPHS: (.*)$/m.exec(compose) ?? []
  assert.deepEqual(
    followers.split(','),
    subgraphNames.filter((name) => name !== 'consumers-audit'),
  )
})

test('the public keys are those of the private ones', () => {
  const keys = createKeySet(JSON.parse(readFileSync(join(home, 'public', 'identity.jwks.json'), 'utf8')))
  for (const service of ['gateway', ...subgraphNames]) {
    const [key] = JSON.parse(readFileSync(join(home, 'secrets', `${service}.keys.json`), 'utf8')) as [
      { kid: string },
    ]
    assert.equal(keys.find(key.kid)?.owner, service)
  }
})

test('no container of ours writes anywhere but into its own volumes and /tmp, or may become more than nobody', () => {
  assert.ok(ours.length >= 9)
  for (const [name, service] of ours) {
    assert.deepEqual([service.read_only, service.user, service.cap_drop], [true, 'node', ['ALL']], name)
    assert.deepEqual(service.security_opt, ['no-new-privileges:true'], name)
    assert.ok(!service.privileged, name)
    for (const place of service.tmpfs ?? []) assert.match(place, /^\/tmp:size=\d+m,noexec/, name)
    const writable = (service.volumes ?? []).filter((volume) => !volume.endsWith(':ro'))
    assert.deepEqual(
      writable.map((volume) => volume.split(':')[1]?.startsWith('/var/lib/commonchart')),
      writable.map(() => true),
      name,
    )
  }
})

test('every container has a limit of memory, and ours one of processes', () => {
  for (const [name, { mem_limit: limit }] of Object.entries(services))
    assert.match(limit ?? '', /^\d+[mg]$/, name)
  for (const [name, { pids_limit: limit }] of ours) assert.ok((limit ?? 0) > 0, name)
})

test('whatever answers is given more time to end than the longest answer takes', () => {
  const longestAnswerSeconds = 10
  const answering = Object.entries(services).filter(([name]) => !name.endsWith('-migration'))
  for (const [name, { stop_grace_period: grace = '' }] of answering)
    assert.ok(Number(/^(\d+)s$/.exec(grace)?.[1]) > longestAnswerSeconds, name)
})
