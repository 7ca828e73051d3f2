import assert from 'node:assert/strict'
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { createKeySet } from '@commonchart/identity'
import { listSubgraphs, subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { ensureComposeSecrets } from './secrets.ts'

const compose = readFileSync(new URL('../../docker-compose.yml', import.meta.url), 'utf8')
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
