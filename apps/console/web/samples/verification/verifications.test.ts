/// <reference types="node" />
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createHmac, randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { promisify } from 'node:util'
import type { SampleLanguage } from '../call.ts'
import { verifications } from './verifications.ts'

const run = promisify(execFile)
const folder = mkdtempSync(join(tmpdir(), 'commonchart-verification-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const createSecret = (): string => `whsec_${randomBytes(32).toString('base64')}`
const [secret, next, other] = [createSecret(), createSecret(), createSecret()]
const body = '{"topic":"patient.merged","name":"É \\u20ac $(id)"}\n'
writeFileSync(join(folder, 'body.json'), body)
writeFileSync(join(folder, 'other.json'), body.trim())
const id = '01990000-0000-7000-8000-000000000001'

function sign(key: string, sentAt: string, signedId = id): string {
  const signature = createHmac('sha256', Buffer.from(key.slice(6), 'base64')).update(
    `${signedId}.${sentAt}.${body}`,
  )
  return `v1,${signature.digest('base64')}`
}

/** What must be at hand to run a language's code, and how it is run. */
const runners: [SampleLanguage, program: string, check: string[]][] = [
  ['curl', 'bash', ['-c', 'openssl version']],
  ['node', process.execPath, ['--version']],
  ['python', 'python3', ['-c', 'import sys; assert sys.version_info >= (3, 9)']],
]

for (const [language, program, check] of runners)
  test(`code for ${language} takes what is signed and new, and refuses a bad signature and an old timestamp`, async (t) => {
    const isAtHand = await run(program, check).then(
      () => true,
      () => false,
    )
    if (!isAtHand) return t.diagnostic(`${language} cannot be run here: its code was not`)
    const file = `verify.${language === 'node' ? 'mjs' : 'txt'}`
    writeFileSync(join(folder, file), verifications[language])
    const verify = async (secrets: string[], ...words: string[]): Promise<string> => {
      const env = { PATH: process.env.PATH, HOME: process.env.HOME, WEBHOOK_SECRETS: secrets.join(' ') }
      const { stdout, stderr } = await run(program, [file, ...words], { cwd: folder, env }).catch(
        (error: { code: number; stdout: string; stderr: string }) => {
          assert.equal(error.code, 1, error.stderr)
          return error
        },
      )
      assert.equal(stderr, '')
      return stdout.trim()
    }
    const nowSeconds = Math.floor(Date.now() / 1000)
    const [now, old, ahead] = [0, -400, 400].map((offset) => String(nowSeconds + offset)) as [
      string,
      string,
      string,
    ]
    const both = `${sign(secret, now)} ${sign(next, now)}`
    const answers = await Promise.all([
      verify([secret], id, now, both, 'body.json'),
      verify([next], id, now, both, 'body.json'),
      verify([other, next], id, now, `v1a,xyz ${sign(next, now)}`, 'body.json'),
      verify([other], id, now, both, 'body.json'),
      verify([secret], id, now, both, 'other.json'),
      verify([secret], id, now, both.replaceAll('v1,', 'v2,'), 'body.json'),
      verify([secret], id, old, sign(secret, old), 'body.json'),
      verify([secret], id, ahead, sign(secret, ahead), 'body.json'),
      verify([secret], id, 'a[$(touch ran)]', sign(secret, 'a[$(touch ran)]'), 'body.json'),
      verify([secret], `x.${now}`, now, sign(secret, now, `x.${now}`), 'body.json'),
    ])
    assert.deepEqual(answers, [
      ...['good', 'good', 'good'],
      ...['refused: signature', 'refused: signature', 'refused: signature'],
      ...['refused: timestamp', 'refused: timestamp'],
      ...['refused: malformed', 'refused: malformed'],
    ])
    await assert.rejects(async () => readFileSync(join(folder, 'ran')), 'what stood in the timestamp was run')
  })

test('the documentation shows the code that was run', () => {
  const text = readFileSync(new URL('../../../../../docs/receiving-events.md', import.meta.url), 'utf8')
  for (const [language, code] of Object.entries(verifications))
    assert.ok(text.includes(code), `docs/receiving-events.md lacks the code for ${language}`)
})
