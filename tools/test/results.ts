import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The counts that one project's test run left behind. */
export interface ProjectResults {
  passed: number
  failed: number
  skipped: number
  seconds: number
  failures: { test: string; reason: string }[]
}

/** What `npm test` says at its end. */
export interface Verdict {
  lines: string[]
  ok: boolean
}

/** Lists the names of all projects that have a test target, as Nx knows them. */
export function listTestedProjects(root: string): string[] {
  return globSync(['apps/*/package.json', 'libs/*/package.json', 'tools/package.json'], { cwd: root })
    .map(
      (file) =>
        JSON.parse(readFileSync(join(root, file), 'utf8')) as {
          name: string
          nx?: { name?: string; targets?: Record<string, unknown> }
        },
    )
    .filter((manifest) => manifest.nx?.targets?.test !== undefined)
    .map((manifest) => manifest.nx?.name ?? manifest.name)
    .sort()
}

/** Reads what the reporter left for each project; a project without a run gives undefined. */
export function readResults(folder: string, projects: string[]): Map<string, ProjectResults | undefined> {
  return new Map(
    projects.map((project) => {
      const file = join(folder, `${encodeURIComponent(project)}.json`)
      return [
        project,
        existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ProjectResults) : undefined,
      ]
    }),
  )
}

/**
 * Judges a run: a line per project, a sentence per fault, and last `N passed, N failed, N skipped`. A project at fault
 * ran no test, has a failed one, or skipped more than `allowedSkips` lets it.
 */
export function judge(
  results: Map<string, ProjectResults | undefined>,
  allowedSkips: Record<string, number>,
  seconds: number,
): Verdict {
  const width = Math.max(0, ...[...results.keys()].map((name) => name.length))
  const lines: string[] = []
  const faults: string[] = []
  const total = { passed: 0, failed: 0, skipped: 0 }
  for (const [project, found] of results) {
    const { passed, failed, skipped, seconds: took, failures } = found ?? nothing
    total.passed += passed
    total.failed += failed
    total.skipped += skipped
    lines.push(
      `${project.padEnd(width)}  ${took.toFixed(1).padStart(6)} s  ${passed} passed, ${failed} failed, ${skipped} skipped`,
    )
    for (const { test, reason } of failures) faults.push(`${project}: failed: ${test}`, `  ${reason}`)
    if (passed + failed === 0) faults.push(`${project}: its test target ran no test`)
    const allowed = allowedSkips[project] ?? 0
    if (skipped > allowed) faults.push(`${project}: skipped ${skipped} tests and may skip ${allowed}`)
  }
  lines.push(`${'in all'.padEnd(width)}  ${seconds.toFixed(1).padStart(6)} s`, ...faults)
  lines.push(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  return { lines, ok: faults.length === 0 }
}

const nothing: ProjectResults = { passed: 0, failed: 0, skipped: 0, seconds: 0, failures: [] }
