import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestEvent } from 'node:test/reporters'
import type { ProjectResults } from './results.ts'

/**
 * A reporter for `node --test` that prints nothing and leaves the counts of a run in the folder that
 * COMMONCHART_TEST_RESULTS names, in a file for the Nx project. `npm test` reads them.
 */
export default async function* reportResults(source: AsyncIterable<TestEvent>): AsyncGenerator<never> {
  const folder = process.env.COMMONCHART_TEST_RESULTS
  const project = process.env.NX_TASK_TARGET_PROJECT
  const startedAt = Date.now()
  const results: ProjectResults = { passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] }
  for await (const event of source) {
    if (event.type !== 'test:pass' && event.type !== 'test:fail') continue
    const { name, details, skip, todo, file } = event.data
    if (details.type === 'suite') continue
    const unmet = (skip !== undefined && skip !== false) || (todo !== undefined && todo !== false)
    if (event.type === 'test:fail') {
      results.failed++
      const test = file && file !== name ? `${file}: ${name}` : name
      results.failures.push({ test, reason: readReason(event.data.details.error) })
    } else if (unmet) results.skipped++
    // A file in which no test is declared is reported as one that passed, under its own name.
    else if (!/\.test\.ts$/.test(name)) results.passed++
  }
  if (!folder || !project) return
  results.seconds = (Date.now() - startedAt) / 1000
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, `${encodeURIComponent(project)}.json`), JSON.stringify(results))
}

/** What a test failed by, in one line that fits into the end of a long log. */
function readReason(error: Error): string {
  const cause = error.cause instanceof Error ? error.cause : error
  return cause.message.replace(/\s+/g, ' ').slice(0, 600)
}
