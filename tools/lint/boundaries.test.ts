import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createProjectGraphAsync } from '@nx/devkit'
import { ESLint } from 'eslint'

const root = fileURLToPath(new URL('../../', import.meta.url))
let eslint: ESLint

before(async () => {
  process.env.NX_DAEMON = 'false'
  const graph = await createProjectGraphAsync()
  assert.ok(
    graph.nodes.gateway && graph.nodes.patients,
    'without a project graph the rule is skipped silently',
  )
  eslint = new ESLint({ cwd: root })
})

async function faults(file: string, source: string): Promise<string[]> {
  const [result] = await eslint.lintText(`${source}\n`, { filePath: `${root}${file}` })
  return (result?.messages ?? [])
    .filter((message) => message.ruleId === '@nx/enforce-module-boundaries')
    .map((message) => message.message)
}

const forbidden = [
  ['a subgraph imports another', 'apps/patients/src/main.ts', "import '@commonchart/appointments'"],
  [
    'a subgraph imports another by its path',
    'apps/patients/src/main.ts',
    "import '../../appointments/src/main.ts'",
  ],
  ['a subgraph imports the gateway', 'apps/appointments/src/main.ts', "import '@commonchart/gateway'"],
  ['the gateway imports a subgraph', 'apps/gateway/src/main.ts', "import '@commonchart/patients'"],
  ['the gateway imports kysely', 'apps/gateway/src/main.ts', "import 'kysely'"],
  ['the gateway imports pg', 'apps/gateway/src/main.ts', "import 'pg'"],
  ['a library imports a service', 'libs/errors/src/index.ts', "import '@commonchart/patients'"],
  ['a service imports testing', 'apps/patients/src/main.ts', "import '@commonchart/testing'"],
  ['a library imports testing', 'libs/database/src/index.ts', "import '@commonchart/testing'"],
  [
    'a service imports the embedded database',
    'apps/gateway/src/main.ts',
    "import '@commonchart/embedded-database'",
  ],
  ['a service imports a tool', 'apps/consumers-audit/src/main.ts', "import '@commonchart/tools/coverage'"],
] as const

for (const [what, file, source] of forbidden)
  test(`it is a lint error when ${what}`, async () => {
    assert.equal((await faults(file, source)).length, 1)
  })

const allowed = [
  ['a subgraph imports a library', 'apps/patients/src/main.ts', "import '@commonchart/subgraph'"],
  ['a subgraph imports kysely', 'apps/patients/src/main.ts', "import 'kysely'"],
  ['a test imports testing', 'apps/patients/src/patients.test.ts', "import '@commonchart/testing'"],
] as const

for (const [what, file, source] of allowed)
  test(`it is no lint error when ${what}`, async () => assert.deepEqual(await faults(file, source), []))
