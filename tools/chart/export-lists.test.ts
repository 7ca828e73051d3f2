import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { after, test } from 'node:test'
import { openLists } from './export-lists.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-lists-'))
after(() => rmSync(folder, { recursive: true, force: true }))

const take = (...chunks: string[]) =>
  openLists(folder, () => undefined).take(Readable.from(chunks.map((each) => Buffer.from(each))))

test('rows are written as they came, digit by digit, whatever pieces they arrive in', async () => {
  const row = '{"id": 12345678901234567890, "name": "Zoé,\\n"}'
  const text = `{"list":"patient","row":${row}}\n{"end":{"patient":1,"visit":0}}\n`
  const bytes = Buffer.from(text)
  const pieces = Array.from(bytes, (byte) => Buffer.of(byte))
  const files = await openLists(folder, () => undefined).take(Readable.from(pieces))
  assert.equal(readFileSync(join(folder, 'patient.ndjson'), 'utf8'), `${row}\n`)
  assert.equal(files['patient.ndjson']?.rows, 1)
  assert.equal(files['visit.ndjson']?.rows, 0)
  assert.equal(readFileSync(join(folder, 'visit.ndjson'), 'utf8'), '')
})

test('a part that ends before its end, or with other counts than it says, is not taken', async () => {
  const line = '{"list":"patient","row":{}}\n'
  await assert.rejects(take(line), /broke off/)
  await assert.rejects(take(line, '{"end":{"patient":2}}\n'), /broke off/)
  await assert.rejects(take(line, '{"end":{}}\n'), /broke off/)
})
