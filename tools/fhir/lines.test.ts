import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { readLines } from './lines.ts'
import type { Line } from './lines.ts'

let folder = ''
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fhir-lines-'))
})
after(() => rm(folder, { recursive: true }))

async function linesOf(content: string | Buffer, maxLineBytes?: number): Promise<Line[]> {
  const path = join(folder, 'one.ndjson')
  await writeFile(path, content)
  const lines: Line[] = []
  for await (const line of readLines(path, maxLineBytes)) lines.push(line)
  return lines
}

test('a byte order mark, CRLF and empty lines are passed over, and lines keep their numbers', async () => {
  const lines = await linesOf('\uFEFF{"a":1}\r\n\r\n  \n{"b":2}')
  assert.deepEqual(
    lines.map((line) => [line.number, 'text' in line && line.text]),
    [
      [1, '{"a":1}'],
      [4, '{"b":2}'],
    ],
  )
})

test('a line of a megabyte is read, one over the limit is told and the next is read', async () => {
  const long = JSON.stringify({ text: 'é'.repeat(500_000) })
  const [first, second, third] = await linesOf(`${long}\n${'x'.repeat(2_000_000)}\n{}`, 1_500_000)
  assert.equal(first && 'text' in first && first.text, long)
  assert.match(second && 'problem' in second ? second.problem : '', /longer than 1500000 bytes/)
  assert.equal(third && 'text' in third && third.text, '{}')
})

test('a line that is not UTF-8 is told and the next is read', async () => {
  const lines = await linesOf(Buffer.from([0x22, 0xff, 0x22, 0x0a, 0x31]))
  assert.deepEqual(
    lines.map((line) => ('text' in line ? line.text : line.problem)),
    ['the line is not UTF-8', '1'],
  )
})

test('whatever stands in the lines comes out of them, and every byte is counted', async () => {
  const line = fc.string({ unit: 'grapheme', minLength: 1 }).map((text) => JSON.stringify(text))
  const ending = fc.constantFrom('\n', '\r\n')
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(line, ending), { maxLength: 20 }), async (written) => {
      const content = written.flat().join('')
      const lines = await linesOf(content)
      assert.deepEqual(
        lines.map((one) => 'text' in one && one.text),
        written.map(([text]) => text),
      )
      assert.equal(
        lines.reduce((sum, one) => sum + one.bytes, 0),
        Buffer.byteLength(content),
      )
    }),
    { numRuns: 50 },
  )
})
