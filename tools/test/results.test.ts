import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import allowedSkips from './allowed-skips.json' with { type: 'json' }
import { judge, listTestedProjects, type ProjectResults } from './results.ts'

function results(counts: Partial<ProjectResults>): ProjectResults {
  return { passed: 0, failed: 0, skipped: 0, seconds: 1, failures: [], ...counts }
}

test('a run in which everything passed closes with its counts', () => {
  const { ok, lines } = judge(
    new Map([
      ['one', results({ passed: 2 })],
      ['other', results({ passed: 3, skipped: 1 })],
    ]),
    { other: 1 },
    4,
  )
  assert.equal(ok, true)
  assert.equal(lines.at(-1), '5 passed, 0 failed, 1 skipped')
})

test('a project whose target ran no test fails the run', () => {
  assert.equal(judge(new Map([['one', results({})]]), {}, 1).ok, false)
  const { ok, lines } = judge(new Map([['one', undefined]]), {}, 1)
  assert.equal(ok, false)
  assert.ok(lines.includes('one: its test target ran no test'))
})

test('a project that only skipped fails the run, even where it may skip', () => {
  assert.equal(judge(new Map([['one', results({ skipped: 1 })]]), { one: 1 }, 1).ok, false)
})

test('a project that skips more than it may fails the run', () => {
  const { ok, lines } = judge(new Map([['one', results({ passed: 1, skipped: 2 })]]), { one: 1 }, 1)
  assert.equal(ok, false)
  assert.ok(lines.includes('one: skipped 2 tests and may skip 1'))
})

test('a failed test fails the run and is named, with what it failed by', () => {
  const failures = [{ test: 'a.test.ts: it holds', reason: 'it does not' }]
  const { ok, lines } = judge(new Map([['one', results({ passed: 1, failed: 1, failures })]]), {}, 1)
  assert.equal(ok, false)
  assert.ok(lines.join('\n').includes('one: failed: a.test.ts: it holds\n  it does not'))
})

test('a clone without the real input passes: what needs it may be skipped, and only projects that there are may skip', () => {
  const withoutInput = new Map([
    ['gateway-e2e', results({ passed: 1, skipped: 2 })],
    ['tools', results({ passed: 1, skipped: 5 })],
  ])
  assert.equal(judge(withoutInput, allowedSkips, 1).ok, true)
  const projects = listTestedProjects(fileURLToPath(new URL('../../', import.meta.url)))
  assert.deepEqual(
    Object.keys(allowedSkips).filter((name) => !projects.includes(name)),
    [],
  )
})
