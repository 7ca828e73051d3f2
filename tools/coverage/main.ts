import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildSchema } from 'graphql'
import type { GraphQLSchema } from 'graphql'
import { readConfig, usage } from './config.ts'
import type { Config } from './config.ts'
import { readEarlierExcuses } from './earlier-excuses.ts'
import { formatVerdict, judge, passes } from './excuses.ts'
import type { Excuses } from './excuses.ts'
import { createMeasure } from './measure.ts'
import { readExchanges } from './read-exchanges.ts'
import type { Graph } from './recorder.ts'

const excusesPath = 'tools/coverage/excuses.json'
const unownedPath = 'tools/coverage/unowned.json'
const tests = ['tools/test/main.ts', 'gateway-e2e']

const config = readCommandLine()
if (config.help) process.stdout.write(`${usage}\n`)
else process.exitCode = config.from ? await measureFolder(config.from) : await runAndMeasure()

/** An option that is not known is answered with how it is meant to be used. */
function readCommandLine(): Config {
  try {
    return readConfig(process.argv.slice(2))
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}\n`)
    process.exit(2)
  }
}

async function runAndMeasure(): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'commonchart-coverage-'))
  try {
    const failed = await runTests(folder)
    if (failed !== 0)
      process.stderr.write('The whole-stack tests failed: the coverage below is not complete.\n')
    return (await measureFolder(folder)) || failed
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Runs the whole-stack tests as `npm test` does, recording; gives their exit code. */
function runTests(folder: string): Promise<number> {
  const test = spawn(process.execPath, tests, {
    cwd: config.root,
    env: { ...process.env, COMMONCHART_COVERAGE: folder },
    stdio: ['ignore', config.json ? 2 : 'inherit', 'inherit'],
  })
  return new Promise((resolve, reject) => {
    test.once('error', reject)
    test.once('exit', (code) => resolve(code ?? 1))
  })
}

async function measureFolder(folder: string): Promise<number> {
  const schemas: Record<Graph, GraphQLSchema> = {
    enterprise: await readSchema('enterprise'),
    settings: await readSchema('settings'),
    operator: await readSchema('operator'),
  }
  const measure = createMeasure(schemas)
  const exchanges = await readExchanges(folder, measure)
  if (exchanges === 0) {
    process.stderr.write(`No exchange was recorded under ${folder}: nothing can be said.\n`)
    return 1
  }
  const written = await readFile(join(config.root, excusesPath), 'utf8')
  const earlier = await readEarlierExcuses(config.root, excusesPath, written)
  const unowned = JSON.parse(await readFile(join(config.root, unownedPath), 'utf8')) as Excuses
  const excuses = JSON.parse(written) as Excuses
  const verdict = judge(measure.elements.keys(), measure.covered, excuses, earlier, unowned)
  const note = earlier ? '' : 'There is no earlier list of excuses to compare with.\n'
  process.stdout.write(config.json ? `${JSON.stringify(verdict)}\n` : `${note}${formatVerdict(verdict)}\n`)
  return passes(verdict) ? 0 : 1
}

async function readSchema(graph: Graph): Promise<GraphQLSchema> {
  return buildSchema(await readFile(join(config.root, `apps/gateway/${graph}.graphql`), 'utf8'))
}
