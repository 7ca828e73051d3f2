import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, mkdtempSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { repairInstallation } from './binaries.ts'

const folders: string[] = []
after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true })
})

/** A package as npm unpacks it: before its install script has run, nothing is linked or executable. */
function unpack(): string {
  const root = mkdtempSync(join(tmpdir(), 'commonchart-package-'))
  folders.push(root)
  for (const folder of ['bin', 'lib']) mkdirSync(join(root, 'native', folder), { recursive: true })
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    writeFileSync(join(root, 'native', 'bin', program), '')
    chmodSync(join(root, 'native', 'bin', program), 0o644)
  }
  writeFileSync(join(root, 'native', 'lib', 'libpq.so.5.18'), '')
  writeFileSync(
    join(root, 'native', 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }]),
  )
  return root
}

test('what blocked install scripts left undone is made up for, and said', () => {
  const root = unpack()
  const said: string[] = []
  repairInstallation(root, (sentence) => said.push(sentence))
  assert.equal(readlinkSync(join(root, 'native', 'lib', 'libpq.so.5')), 'libpq.so.5.18')
  assert.equal(statSync(join(root, 'native', 'bin', 'postgres')).mode & 0o555, 0o555)
  assert.match(said.join(), /install scripts were blocked/)
})

test('a complete installation is left alone', () => {
  const root = unpack()
  repairInstallation(root, () => undefined)
  repairInstallation(root, (sentence) => assert.fail(sentence))
})

test('an installation that cannot be repaired is refused in one sentence with its remedy', () => {
  const root = unpack()
  // A link cannot be made where there is no folder for it.
  writeFileSync(
    join(root, 'native', 'pg-symlinks.json'),
    JSON.stringify([{ source: 'native/lib/libpq.so.5.18', target: 'native/gone/libpq.so.5' }]),
  )
  assert.throws(() => repairInstallation(root, () => undefined), /install scripts were blocked.*npm rebuild/)
})
