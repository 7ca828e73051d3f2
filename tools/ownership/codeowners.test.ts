import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createProjectGraphAsync, type ProjectGraph } from '@nx/devkit'
import { linesFor, readOwners } from './codeowners.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const lines = readOwners(readFileSync(`${root}CODEOWNERS`, 'utf8'))

let projects: ProjectGraph['nodes'][string]['data'][]
before(async () => {
  process.env.NX_DAEMON = 'false'
  const { nodes } = await createProjectGraphAsync()
  projects = Object.values(nodes).map(({ data }) => data)
})

test('every project has an owner of its own, and every line names a folder that is there', () => {
  assert.ok(projects.length > 20)
  for (const { root: folder } of projects) {
    const [last] = linesFor(lines, `${folder}/package.json`).slice(-1)
    assert.ok(last && last.path !== '*', `${folder} has no line in CODEOWNERS`)
  }
  for (const { path } of lines.filter((each) => each.path !== '*')) {
    assert.match(path, /^\/.*\/$/)
    assert.ok(existsSync(root + path.slice(1)), `${path} is not there`)
  }
})

test('no folder is named twice, and what stands first is for everything else', () => {
  const paths = lines.map(({ path }) => path)
  assert.deepEqual([...new Set(paths)], paths)
  assert.equal(paths[0], '*')
})

test('the projects of a domain have one owner, which is no other domain’s', () => {
  const owners = new Map<string, Set<string>>()
  for (const { root: folder, tags = [] } of projects) {
    const [domain, more] = tags.filter((tag) => tag.startsWith('domain:'))
    assert.ok(domain && !more, `${folder} has one tag of a domain`)
    // What the platform gives to all may be in the care of whom it concerns most.
    if (domain === 'domain:platform') continue
    const [last] = linesFor(lines, `${folder}/package.json`).slice(-1)
    owners.set(domain, (owners.get(domain) ?? new Set()).add(last?.owners.join(' ') ?? ''))
  }
  for (const [domain, each] of owners) assert.equal(each.size, 1, domain)
  assert.equal(new Set([...owners.values()].flatMap((each) => [...each])).size, owners.size)
})

test('a line that names nobody is refused', () => {
  assert.throws(() => readOwners('* @all\n/apps/patients/\n'), /who owns \/apps\/patients\//)
})
