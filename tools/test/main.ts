import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { EmbeddedDatabaseError } from '@commonchart/embedded-database'
import { startTestServer, type TestServer } from '@commonchart/testing'
import { judgeSentStatements, type SentVerdict } from '../citus/sent-statements.ts'
import { judge, listTestedProjects, readResults } from './results.ts'
import { chooseProjects } from './choose-projects.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const allowedSkips = JSON.parse(
  readFileSync(new URL('allowed-skips.json', import.meta.url), 'utf8'),
) as Record<string, number>

// `npm test -- patients gateway` runs the tests of these projects only.
const chosen = process.argv.slice(2).filter((argument) => !argument.startsWith('-'))
const projects = chooseProjects(listTestedProjects(root), chosen)
const startedAt = Date.now()
const server = await startServer()
const folder = mkdtempSync(join(tmpdir(), 'commonchart-results-'))
const bin = join(root, 'node_modules', '.bin')

// Nx runs first what others depend on, and last, with a processor idle beside them, the longest: the tests of the whole.
const isWhole = (name: string): boolean => name.endsWith('-e2e')
const lanes = [projects.filter(isWhole), projects.filter((name) => !isWhole(name))].filter(
  (lane) => lane.length > 0,
)
const runs = lanes.map((lane) =>
  spawn(
    join(bin, 'nx'),
    [
      'run-many',
      '--target=test',
      `--projects=${lane.join(',')}`,
      '--outputStyle=stream',
      '--skip-nx-cache',
      `--parallel=${lanes.length > 1 ? 1 : Math.min(2, availableParallelism())}`,
      '--nxBail=false',
    ],
    {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      env: {
        ...process.env,
        PATH: `${bin}${delimiter}${process.env.PATH}`,
        NX_DAEMON: 'false',
        NX_TUI: 'false',
        NX_NO_CLOUD: 'true',
        APOLLO_TELEMETRY_DISABLED: '1',
        TEST_DATABASE_URL: server?.url ?? process.env.TEST_DATABASE_URL,
        COMMONCHART_TEST_RESULTS: folder,
        // Hundreds of processes read the same code: compiled and without its types it is kept for the length of the run.
        NODE_COMPILE_CACHE: join(folder, 'compiled'),
      },
    },
  ),
)
// When we are told to end, startTestServer's handlers leave through here: the tests end before their database.
process.prependOnceListener('exit', () => runs.forEach((run) => run.kill('SIGTERM')))
const ended = await Promise.all(runs.map((run) => once(run, 'exit') as Promise<[number | null]>))
const passed = ended.every(([code]) => code === 0)
const verdict = judge(readResults(folder, projects), allowedSkips, (Date.now() - startedAt) / 1000)
rmSync(folder, { recursive: true, force: true })
const sent = server && (await judgeSent(server.url))
await server?.stop()
process.stdout.write(`\n${verdict.lines.join('\n')}\n`)
process.exitCode = passed && verdict.ok && !sent?.faults.length ? 0 : 1

/** Holds what the subgraphs sent to the rules of a distributed database, and says which statements break them. */
async function judgeSent(url: string): Promise<SentVerdict> {
  process.env.TEST_DATABASE_URL = url
  const found = await judgeSentStatements(url)
  const { judged, faults } = found
  const lines = [
    `${judged} statements of the subgraphs judged, ${faults.length} that Citus could not run`,
    ...faults,
  ]
  process.stdout.write(`\n${lines.join('\n')}\n`)
  return found
}

/** One embedded server for the whole run, unless TEST_DATABASE_URL names another. */
async function startServer(): Promise<TestServer | undefined> {
  if (process.env.TEST_DATABASE_URL) return undefined
  try {
    return await startTestServer()
  } catch (error) {
    if (!(error instanceof EmbeddedDatabaseError)) throw error
    process.stderr.write(`${error.message}\n`)
    process.exit(1)
  }
}
