import assert from 'node:assert/strict'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { openProgress } from './progress.ts'
import type { ProgressStream } from './progress.ts'
import { formatReport } from './report-text.ts'
import { createTally } from './report.ts'

function memory(isTTY: boolean): { stream: ProgressStream; written(): string } {
  let written = ''
  const stream: ProgressStream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      written += chunk.toString()
      done()
    },
  })
  return {
    stream: Object.assign(stream, {
      isTTY,
      columns: 120,
      cursorTo: () => true,
      clearLine: () => true,
      moveCursor: () => true,
    }),
    written: () => written,
  }
}

function pass(stream: ProgressStream): void {
  const progress = openProgress(stream)
  progress.begin('Patient', 100)
  for (let step = 0; step < 20; step += 1) progress.advance(5, 1)
  progress.end()
}

test('without a terminal progress is plain lines, no more than one for each tenth', () => {
  const { stream, written } = memory(false)
  pass(stream)
  const lines = written().trimEnd().split('\n')
  assert.equal(lines[0], 'Patient: reading 100 bytes')
  assert.equal(lines[1], 'Patient: 10 %, 2 resources')
  assert.equal(lines.at(-1), 'Patient: done, 20 resources')
  assert.equal(lines.length, 11)
  assert.equal(written().includes('\u001b'), false)
})

test('on a terminal progress is a bar', () => {
  const { stream, written } = memory(true)
  pass(stream)
  assert.match(written(), /Patient .*\[.*\] .*%/)
})

test('the report says what went in, why some did not, and what was left out', () => {
  const patients = createTally('Patient', 'imported', ['Patient.ndjson'], () => undefined)
  for (let line = 1; line <= 9; line += 1) {
    patients.read()
    if (line > 2) patients.refuse('Patient.ndjson', line, 'it has no name')
  }
  patients.made('CREATED')
  patients.made('UNCHANGED')
  patients.leaveOut(['maritalStatus'])
  const conditions = createTally('Condition', 'counted', [], () => undefined)
  conditions.read()
  const roles = createTally('PractitionerRole', 'joined', [], () => undefined)
  const text = formatReport({
    folder: 'export',
    source: 'urn:clinic',
    durationMs: 1234,
    types: [patients, conditions, roles].map((tally) => tally.report()),
    otherFiles: ['notes.txt'],
    stopped: 'It was interrupted; run it again to go on.',
  })
  assert.equal(
    text,
    `Imported export in 1.2 s (ids remembered as of urn:clinic)

         read  created  unchanged  updated  refused
Patient     9        1          1        0        7
Condition: 1 read and counted, not imported
PractitionerRole: 0 read and joined to the records they are about, 0 refused

Patient, refused:
  7 × it has no name (Patient.ndjson:3, Patient.ndjson:4, Patient.ndjson:5, Patient.ndjson:6, Patient.ndjson:7, …)

Patient, elements not imported (resources that have them):
  maritalStatus (1)

Not bulk data, not read: notes.txt

STOPPED EARLY: It was interrupted; run it again to go on.`,
  )
})
