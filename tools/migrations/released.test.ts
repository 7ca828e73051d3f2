import assert from 'node:assert/strict'
import { test } from 'node:test'
import { checkAll } from './check-all.ts'
import { listFolders, readMigrations } from './folders.ts'
import { readNames, readReleased } from './released.ts'

const root = new URL('../../', import.meta.url)
const released = readReleased()

test('no released migration is changed, and no new one would block or break the release that runs', () => {
  assert.deepEqual(checkAll(root, released), [])
})

test('a released migration that was changed, is gone or is overtaken is named', () => {
  const patients = released['apps/patients']
  assert.ok(patients)
  const [first = '', second = ''] = Object.keys(patients.migrations)
  const { [second]: _, ...others } = patients.migrations
  const migrations = { ...others, [first]: 'another digest', '0099-gone': 'digest' }
  const faults = checkAll(root, { ...released, 'apps/patients': { ...patients, migrations } })
  assert.match(faults.join('\n'), new RegExp(`${first}.sql: it is released, and databases that have run it`))
  assert.match(faults.join('\n'), /0099-gone.sql: it is released and must stay/)
  assert.match(faults.join('\n'), new RegExp(`${second}.sql: it comes before 0099-gone`))
})

test('what was released is known for every folder of migrations, by table and column', () => {
  for (const { name } of listFolders(root)) {
    assert.ok(released[name], name)
    assert.ok(readMigrations(root, name).length > 0, name)
  }
  const folder = listFolders(root).find(({ name }) => name === 'apps/appointments')
  assert.ok(folder)
  const { tables } = readNames(root, folder)
  assert.deepEqual(tables.time_claim?.includes('holder_kind'), true)
  for (const column of ['domain_id', 'version', 'starts_at', 'tag_ids'])
    assert.ok(tables.appointment?.includes(column), column)
  assert.ok(tables.audit_event?.includes('salt'), 'what every subgraph has')
})
