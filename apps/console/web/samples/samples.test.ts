/// <reference types="node" />
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { generateKeyPairSync, verify } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { promisify } from 'node:util'
import type { SampleCall, SampleLanguage } from './call.ts'
import { writeSample } from './write-sample.ts'

const run = promisify(execFile)
const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
const heard: { token: string; query: string }[] = []
const server = createServer(async (request, response) => {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const { query } = JSON.parse(Buffer.concat(parts).toString()) as { query: string }
  heard.push({ token: String(request.headers.authorization).replace('Bearer ', ''), query })
  response.end('{"data":{}}')
})

let call: SampleCall
let folder: string
before(async () => {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  folder = mkdtempSync(join(tmpdir(), 'commonchart-samples-'))
  const keyFile = "clé d'été.pem"
  writeFileSync(join(folder, keyFile), pair.privateKey.export({ type: 'pkcs8', format: 'pem' }))
  call = {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/graphql`,
    issuer: `portail d'"été" \\ $HOME \`id\` %s`,
    audience: 'the $chart',
    kid: 'k.1',
    keyFile,
    query: `{\n  # it's a "comment" \${x}\n  patients(lastName: "O'Brien \\\\ \`") { totalCount }\n}`,
  }
})
after(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

/** What must be at hand to run a language's code, and how it is run. */
const runners: [SampleLanguage, program: string, check: string[]][] = [
  ['curl', 'bash', ['-c', 'curl --version && openssl version']],
  ['node', process.execPath, ['--version']],
  ['python', 'python3', ['-c', 'import jwt, cryptography']],
]

for (const [language, program, check] of runners)
  test(`code for ${language} signs the token that the gateway takes, whatever stands in names and texts`, async (t) => {
    const isAtHand = await run(program, check).then(
      () => true,
      () => false,
    )
    if (!isAtHand) return t.diagnostic(`${language} cannot be run here: its code was not`)
    const file = `call.${language === 'node' ? 'mjs' : 'txt'}`
    writeFileSync(join(folder, file), writeSample(language, call))
    heard.length = 0
    await run(program, [file], { cwd: folder })
    const [header = '', claims = '', signature = ''] = heard[0]?.token.split('.') ?? []
    const read = (part: string) =>
      JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>
    assert.deepEqual(read(header), { alg: 'RS512', typ: 'JWT', kid: 'k.1' })
    const { exp, ...others } = read(claims)
    assert.deepEqual(others, { iss: call.issuer, aud: 'the $chart' })
    const leftSeconds = Number(exp) - Date.now() / 1000
    assert.ok(
      Number.isInteger(exp) && leftSeconds > 0 && leftSeconds < 900,
      `it is good for ${leftSeconds} s`,
    )
    const signed = Buffer.from(`${header}.${claims}`)
    assert.ok(verify('sha512', signed, pair.publicKey, Buffer.from(signature, 'base64url')))
    assert.equal(heard[0]?.query, call.query)
  })

test('code for C# puts names and texts into quotes as C# reads them', () => {
  const code = writeSample('csharp', call)
  assert.ok(code.includes(`query = ${JSON.stringify(call.query)} }`))
  assert.ok(code.includes(`File.ReadAllText(${JSON.stringify(call.keyFile)})`))
})
