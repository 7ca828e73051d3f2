import assert from 'node:assert/strict'
import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { copyWorkspace, type TestWorkspace } from '../generators/test-workspace.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

let workspace: TestWorkspace
before(() => {
  workspace = copyWorkspace()
  workspace.git('init', '--quiet', '--initial-branch', 'main')
  for (const [name, value] of [
    ['user.name', 'Test'],
    ['user.email', 'test@example.test'],
    ['commit.gpgsign', 'false'],
  ] as const)
    workspace.git('config', name, value)
  workspace.git('add', '--all')
  workspace.git('commit', '--quiet', '--message', 'chore: begin')
  for (const app of listReleased()) workspace.git('tag', `${app}@1.2.0`)
})
after(() => workspace.remove())

/** The apps that have a version of their own: those that have an image. */
function listReleased(): string[] {
  const manifests = workspace.git('ls-files', 'apps/*/Dockerfile').trim().split('\n')
  return manifests.map((path) => path.split('/')[1] ?? '')
}

function commit(file: string, message: string): void {
  appendFileSync(join(workspace.folder, file), '\n')
  workspace.git('commit', '--quiet', '--all', '--message', message)
}

/** What a release would make: the new version of each app that gets one, and all that is said. */
async function tryRelease(): Promise<{ versions: Record<string, string>; output: string }> {
  const { code, output } = await workspace.run([
    ...['node_modules/nx/dist/bin/nx.js', 'release', '--skip-publish', '--dry-run'],
  ])
  assert.equal(code, 0, output)
  const written = [...output.matchAll(/^(\S+) .*New version (\S+) written/gm)]
  return { output, versions: Object.fromEntries(written.map(([, app = '', version = '']) => [app, version])) }
}

test('a new feature of patients gives patients a version and a changelog, and nobody else', async () => {
  commit('apps/patients/src/main.ts', 'feat(patients): say more of a person')
  const { versions, output } = await tryRelease()
  assert.deepEqual(versions, { patients: '1.3.0' })
  assert.match(output, /apps\/patients\/CHANGELOG\.md for patients@1\.3\.0/)
  assert.match(output, /\*\*patients:\*\* say more of a person/)
  assert.equal(workspace.git('status', '--porcelain'), '')
})

test('a correction of what all databases have gives every app that runs with it a version', async () => {
  commit('libs/database/src/open.ts', 'fix(database): open sooner')
  const { versions } = await tryRelease()
  assert.equal(versions.patients, '1.3.0')
  for (const app of ['appointments', 'consumers-audit']) assert.equal(versions[app], '1.2.1')
})

test('every app with an image has a version, and none is published to npm', () => {
  for (const app of listReleased()) {
    const manifest = JSON.parse(readFileSync(`${root}apps/${app}/package.json`, 'utf8')) as {
      private?: boolean
    }
    assert.equal(manifest.private, true, app)
  }
})
