import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { copyWorkspace, type TestWorkspace } from './test-workspace.ts'

/** Both generators at work in a copy of this workspace, and what they made put to every test that a team would put it to. */
let workspace: TestWorkspace
before(() => {
  workspace = copyWorkspace()
  workspace.git('init', '--quiet')
  workspace.git('add', '--all')
})
after(() => workspace.remove())

const nx = 'node_modules/nx/dist/bin/nx.js'
const read = (path: string): string => readFileSync(join(workspace.folder, path), 'utf8')

function generate(generator: 'subgraph' | 'entity', ...args: string[]) {
  return workspace.run([nx, 'generate', `@commonchart/tools:${generator}`, ...args])
}

/** The files that are not as they were copied. */
function listChanges(): string[] {
  const changed = [...workspace.git('diff', '--name-only').split('\n'), ...listNew()]
  return changed.filter((path) => path !== '').sort()
}

function listNew(): string[] {
  return workspace.git('ls-files', '--others', '--exclude-standard').split('\n').filter(Boolean)
}

async function succeeds(args: string[], environment?: Record<string, string>): Promise<void> {
  const { code, output } = await workspace.run(args, environment)
  assert.equal(code, 0, `${args.join(' ')}\n${output}`)
}

const inventory = [
  ...['inventory', '--entity', 'StockItem', '--fields', 'label:String,dueOn:Date,count:Int,open:Boolean'],
  ...['--title', 'Inventory', '--frenchTitle', 'Inventaire'],
]

test('a dry run says what would be made and makes nothing', async () => {
  const { code, output } = await generate('subgraph', ...inventory, '--dry-run')
  assert.equal(code, 0, output)
  assert.match(output, /CREATE apps\/inventory\/src\/stock-items\.ts/)
  assert.deepEqual(listChanges(), [])
})

test('what is refused leaves nothing behind, and says why in a sentence', async () => {
  const { code, output } = await generate('subgraph', 'inventory', '--entity', 'Appointment')
  assert.notEqual(code, 0)
  assert.match(output, /It is in the graph already: Appointment \(appointments\)/)
  assert.deepEqual(listChanges(), [])
})

test('a subgraph is made, an entity that another refers to, and one beside the patients whom it names', async () => {
  const made = await generate('subgraph', ...inventory)
  assert.equal(made.code, 0, made.output)
  assert.match(made.output, /Left to do:\n- describe what StockItem and its fields are/)
  const added = await generate(
    'entity',
    ...['LentItem', '--subgraph', 'inventory', '--patient', '--referencedBy', 'appointments'],
    ...['--fields', 'note:String!,lentAt:DateTime!,price:Float'],
  )
  assert.equal(added.code, 0, added.output)
  assert.match(added.output, /when charts are merged/)
  assert.ok(listNew().includes('apps/appointments/src/lent-item-refs.ts'))
  const beside = await generate(
    'entity',
    'Locker',
    '--subgraph',
    'patients',
    '--patient',
    '--fields',
    'code:Int!',
  )
  assert.equal(beside.code, 0, beside.output)
})

test('their own tests hold, and those of what the workspace holds every subgraph to', async () => {
  const files = listNew().filter((path) => path.endsWith('.test.ts'))
  assert.equal(files.length, 5, files.join())
  await succeeds([
    ...['--test', '--test-global-setup=libs/testing/src/global-setup.ts', ...files],
    ...['tools/schema/descriptions.test.ts', 'tools/schema/shared-descriptions.test.ts'],
    ...['tools/compose/compose.test.ts', 'tools/ownership/codeowners.test.ts', 'tools/start/start.test.ts'],
    ...['tools/environment/environment.test.ts', 'libs/subgraph-list/src/list-subgraphs.test.ts'],
  ])
})

test('the whole stack serves them: stored, read back, versioned, paged, audited, and apart by domain', async () => {
  const own = ['stock-items', 'lent-items'].map((name) => `./one-stack/${name}.ts`)
  const file = 'apps/gateway-e2e/src/generated.test.ts'
  for (const path of own)
    assert.ok(read('apps/gateway-e2e/src/one-stack.test.ts').includes(`import '${path}'`))
  writeFileSync(join(workspace.folder, file), own.map((path) => `import '${path}'\n`).join(''))
  await succeeds(['--test', '--test-global-setup=libs/testing/src/global-setup.ts', file])
})

test('what was made is formatted, linted and typed as what people wrote', async () => {
  const changed = listChanges().filter((path) => path !== 'package-lock.json')
  assert.ok(changed.length > 0, 'something was made')
  const code = changed.filter((path) => /\.tsx?$/.test(path) && !path.startsWith('apps/console/web/'))
  await Promise.all([
    succeeds(['node_modules/typescript-7/bin/tsc', '-p', 'tsconfig.json', '--checkers', '1']),
    (async () => {
      await succeeds(['node_modules/prettier/bin/prettier.cjs', '--check', '--ignore-unknown', ...changed])
      await succeeds(['node_modules/eslint/bin/eslint.js', '--max-warnings', '0', ...code])
      await succeeds(['tools/check/main.ts'])
    })(),
  ])
})

test('npm start, compose and the image know the subgraph', async () => {
  const { output } = await workspace.run(['tools/start/main.ts', '--help'])
  assert.match(output, /INVENTORY_PORT \(4104\)/)
  const patients = read('apps/patients/Dockerfile')
  assert.equal(
    read('apps/inventory/Dockerfile'),
    patients.replaceAll('patients', 'inventory').replaceAll('4101', '4104'),
  )
  const lockfile = JSON.parse(read('package-lock.json')) as { packages: Record<string, object> }
  assert.deepEqual(lockfile.packages['node_modules/@commonchart/inventory'], {
    resolved: 'apps/inventory',
    link: true,
  })
})

test('nobody makes the same again', async () => {
  const before = listChanges()
  const again = await generate('subgraph', ...inventory)
  assert.match(again.output, /There is a project inventory already/)
  const entity = await generate('entity', 'StockItem', '--subgraph', 'appointments')
  assert.match(entity.output, /StockItem \(inventory\)/)
  assert.deepEqual(listChanges(), before)
})
