import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { readEarlierExcuses } from './earlier-excuses.ts'

const path = 'excuses.json'
const one = '{"A.one":"not yet"}'
const two = '{"A.one":"not yet","A.two":"not yet"}'

function git(root: string, ...parameters: string[]): void {
  const who = ['-c', 'user.name=test', '-c', 'user.email=test@example.com', '-c', 'commit.gpgsign=false']
  execFileSync('git', [...who, ...parameters], { cwd: root, stdio: 'ignore' })
}

async function commit(root: string, content: string): Promise<void> {
  await writeFile(join(root, path), content)
  git(root, 'add', path)
  git(root, 'commit', '-m', 'excuses')
}

test('an edited list is compared with the committed one, a committed one with the one before', async () => {
  const root = await mkdtemp(join(tmpdir(), 'excuses-test-'))
  try {
    assert.equal(await readEarlierExcuses(root, path, one), null, 'there is no repository')
    git(root, 'init')
    await commit(root, one)
    assert.equal(await readEarlierExcuses(root, path, one), null, 'there is no earlier list')
    assert.deepEqual(await readEarlierExcuses(root, path, two), JSON.parse(one))
    await commit(root, two)
    assert.deepEqual(await readEarlierExcuses(root, path, two), JSON.parse(one))
  } finally {
    await rm(root, { recursive: true })
  }
})
