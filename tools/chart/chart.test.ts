import assert from 'node:assert/strict'
import { createPublicKey } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { after, beforeEach, test } from 'node:test'
import { decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { writeState } from '../environment/environment-state.ts'
import { describeHome } from '../environment/home.ts'
import { ensurePeopleKey } from '../environment/people-keys.ts'
import { startAnsweringGateway } from './answering-gateway.ts'
import { runChart } from './program.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-chart-'))
const home = join(folder, 'home')
const gateway = await startAnsweringGateway()
after(async () => {
  await gateway.close()
  rmSync(folder, { recursive: true, force: true })
})
beforeEach(() => {
  gateway.asked.length = 0
  gateway.answers.splice(0, gateway.answers.length, { body: { data: {} } })
})

async function run(args: string[], input = ''): Promise<{ code: number; out: string; err: string }> {
  const said = { out: '', err: '' }
  const collect = (to: 'out' | 'err'): Writable =>
    new Writable({
      write(chunk, _encoding, done) {
        said[to] += String(chunk)
        done()
      },
    })
  const code = await runChart(args, {
    out: collect('out'),
    err: collect('err'),
    readInput: () => Promise.resolve(input),
    environment: {
      COMMONCHART_HOME: home,
      COMMONCHART_GATEWAY: gateway.url,
      COMMONCHART_OPERATOR_URL: `${gateway.url}/operator/graphql`,
    },
    takeInterruption: () => new AbortController().signal,
  })
  return { code, ...said }
}

assert.equal((await run(['operator', 'init'])).code, 0)
ensurePeopleKey(describeHome(home), 'console')

const aDomain = {
  ...{ name: 'north', hosts: ['north.test'], zone: 'America/Vancouver', sandbox: false, enabled: false },
  ...{ state: 'ACTIVE', contract: null },
}

test('the operator key is made once, for its owner alone, and never printed', async () => {
  const { code, out } = await run(['operator', 'init', '--json'])
  assert.equal(code, 0)
  const { created, privateKey } = JSON.parse(out) as { created: boolean; privateKey: string }
  assert.equal(created, false)
  assert.equal(statSync(privateKey).mode & 0o777, 0o600)
  const { d } = JSON.parse(readFileSync(privateKey, 'utf8')) as { d: string }
  assert.equal(out.includes(d), false)
})

test('a domain is made on the operator’s graph with an operator’s token', async () => {
  gateway.answers.splice(
    0,
    1,
    { body: { data: { createDomain: {} } } },
    { body: { data: { domain: aDomain } } },
  )
  const { code, out } = await run([
    ...['domain', 'create', 'north', '--host', 'north.test', '--zone', 'America/Vancouver'],
  ])
  assert.equal(code, 0)
  assert.match(out, /chart domain enable north/)
  const [asked] = gateway.asked
  assert.equal(asked?.path, '/operator/graphql')
  const token = asked?.headers.authorization?.replace('Bearer ', '') ?? ''
  assert.equal(decodeProtectedHeader(token).typ, 'operator+jwt')
  assert.deepEqual(asked?.variables, {
    input: { name: 'north', hosts: ['north.test'], zone: 'America/Vancouver', sandbox: false },
  })
})

test('what the graph refuses is said with its code, and the command ends with 1', async () => {
  gateway.answers.splice(0, 1, {
    body: {
      errors: [{ message: 'Another domain has it.', extensions: { code: 'HOST_IN_USE' } }],
      data: null,
    },
  })
  const args = ['domain', 'enable', 'north', '--contract', 'C-1']
  assert.deepEqual(await run(args), { code: 1, out: '', err: 'HOST_IN_USE: Another domain has it.\n' })
  const { code, err } = await run([...args, '--json'])
  assert.equal(code, 1)
  assert.equal(
    (JSON.parse(err) as { errors: { message: string }[] }).errors[0]?.message,
    'Another domain has it.',
  )
})

test('every violation of an input is a line', async () => {
  const violations = [
    { path: ['input', 'zone'], rule: 'zone', message: 'is no zone' },
    { path: ['input', 'hosts', 0], rule: 'host', message: 'is no host name' },
  ]
  gateway.answers.splice(0, 1, {
    body: { errors: [{ message: 'No.', extensions: { code: 'VALIDATION_FAILED', violations } }] },
  })
  const { err } = await run(['domain', 'create', 'x', '--host', '-', '--zone', 'Mars'])
  assert.equal(err, 'VALIDATION_FAILED: No.\n  input.zone: is no zone\n  input.hosts.0: is no host name\n')
})

test('a command that is wrongly written ends with 2', async () => {
  for (const args of [
    ['domain', 'create'],
    ['domain', 'create', 'north'],
    ['domain', 'create', 'north', '--reset'],
    ['domain', 'enable', 'north'],
    ['nothing'],
    ['token', '--lifetime', '901', '--issuer', 'a', '--key', 'b'],
    ['query', '{ a }', '--variables', 'no json', '--issuer', 'a', '--key', 'b'],
    ['--home', join(folder, 'empty'), 'domain', 'list'],
  ])
    assert.equal((await run(args)).code, 2, args.join(' '))
  assert.equal(gateway.asked.length, 0)
})

test('nobody at the address, or somebody who speaks no GraphQL, ends with 3', async () => {
  const away = ['--operator-url', 'http://127.0.0.1:9/operator/graphql', 'domain', 'list']
  const { code, err } = await run(away)
  assert.equal(code, 3)
  assert.match(err, /^Nothing answers at .*npm start.*\n$/)
  gateway.answers.splice(0, 1, { status: 502, body: '<html>' })
  assert.equal((await run(['domain', 'list'])).code, 3)
})

test('help has examples and ends with 0', async () => {
  for (const args of [[], ['domain', 'create'], ['consumer', 'create'], ['token'], ['import', 'fhir']]) {
    const { code, out } = await run([...args, '--help'])
    assert.equal(code, 0)
    assert.match(out, /\$ chart /, args.join(' '))
  }
})

test('a list is read to its last page', async () => {
  const page = (name: string, hasNextPage: boolean): object => ({
    data: { domains: { nodes: [{ ...aDomain, name }], pageInfo: { hasNextPage, endCursor: 'c' } } },
  })
  gateway.answers.splice(0, 1, { body: page('north', true) }, { body: page('south', false) })
  const { out } = await run(['domain', 'list', '--json'])
  assert.deepEqual(
    (JSON.parse(out) as { name: string }[]).map(({ name }) => name),
    ['north', 'south'],
  )
  assert.equal(gateway.asked[1]?.variables.after, 'c')
})

test('a key pair is made for its owner alone, printed only when asked, and never replaced unasked', async () => {
  const file = join(folder, 'portal.pem')
  const { out } = await run(['keys', 'generate', file])
  assert.equal(out.includes('PRIVATE'), false)
  assert.equal(statSync(file).mode & 0o777, 0o600)
  assert.equal(createPublicKey(readFileSync(`${file}.pub`)).asymmetricKeyDetails?.modulusLength, 2048)
  assert.equal((await run(['keys', 'generate', file])).code, 2)
  const printed = await run(['keys', 'generate', file, '--force', '--print'])
  assert.match(printed.out, /BEGIN PRIVATE KEY/)
})

test('a consumer without a public key gets one made; only the public half is sent', async () => {
  const consumer = { id: '7', name: 'Portal', active: true, issuer: 'Portal', audience: null, keys: [] }
  gateway.answers.splice(0, 1, { body: { data: { createConsumer: { consumer } } } })
  const file = join(folder, 'made.pem')
  const { code, out } = await run(['consumer', 'create', 'Portal', '--domain', 'north', '--key-out', file])
  assert.equal(code, 0)
  assert.match(out, /made\.pem, readable by you alone/)
  const sent = JSON.stringify(gateway.asked)
  assert.match(sent, /BEGIN PUBLIC KEY/)
  assert.equal(sent.includes('PRIVATE'), false)
  assert.equal(statSync(file).mode & 0o777, 0o600)
})

test('a token is RS512 of the named key, and of the demo program when none is named', async () => {
  const file = join(folder, 'token.pem')
  await run(['keys', 'generate', file])
  const { out } = await run(['token', '--issuer', 'portal', '--key', file, '--lifetime', '60'])
  const { payload } = await jwtVerify(out.trim(), createPublicKey(readFileSync(`${file}.pub`)))
  assert.equal(payload.iss, 'portal')
  const demo = { domain: 'demo', issuer: 'demo-program', key: file }
  writeState(describeHome(home), { url: gateway.url, operatorUrl: gateway.url, demo })
  assert.equal(decodeJwt((await run(['token'])).out.trim()).iss, 'demo-program')
  assert.equal(decodeJwt((await run(['support', 'token'])).out.trim()).dom, 'demo')
})

test('a query goes to the domain’s host, and an answer with errors ends with 1', async () => {
  const file = join(folder, 'query.pem')
  await run(['keys', 'generate', file])
  const signing = ['--issuer', 'portal', '--key', file, '--host', 'north.test']
  gateway.answers.splice(0, 1, { body: { data: { patient: null } } })
  const { code, out } = await run(['query', ...signing, '--variables', '{"id":"1"}'], 'query { patient }')
  assert.equal(code, 0)
  assert.deepEqual(JSON.parse(out), { data: { patient: null } })
  const [asked] = gateway.asked
  assert.equal(asked?.headers.host, 'north.test')
  assert.equal(asked?.path, '/graphql')
  assert.equal(asked?.query, 'query { patient }')
  gateway.answers.splice(0, 1, { body: { data: null, errors: [{ message: 'No.' }] } })
  assert.equal((await run(['query', '{ a }', ...signing])).code, 1)
})

test('a folder that is no FHIR export ends with 2 and one sentence', async () => {
  const file = join(folder, 'no-folder')
  writeFileSync(file, '')
  const { code, err } = await run(['import', 'fhir', file, '--domain', 'north', '--host', 'north.test'])
  assert.equal(code, 2)
  assert.equal(err.trim().split('\n').length, 1)
})
