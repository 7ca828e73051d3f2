import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startNotes } from '../fixtures/running-notes.ts'
import { deletionPath } from './domain-deletion.ts'

let notes: Awaited<ReturnType<typeof startNotes>>
before(async () => {
  notes = await startNotes()
})
after(() => notes.stop())

const domain = { id: 1, name: 'north', hosts: [], state: 'DISABLED', zone: 'UTC', contract: null, version: 9 }

test('no service but the one that owns the domains has one deleted, and nobody who is no service', async () => {
  const body = JSON.stringify({ domain })
  const neighbour = notes.createIdentity({ kind: 'service', subject: 'service:neighbour' })
  const asService = await notes.post(deletionPath, body, notes.neighbourSigner.sign(neighbour, 'notes', body))
  assert.notEqual(asService.status, 200)
  const posing = notes.createIdentity({ kind: 'service', subject: 'service:consumers-audit' })
  const posed = await notes.post(deletionPath, body, notes.neighbourSigner.sign(posing, 'notes', body))
  assert.notEqual(posed.status, 200, 'a service that poses as that one')
  const program = notes.createIdentity({ kind: 'consumer' })
  const asProgram = await notes.post(deletionPath, body, notes.gatewaySigner.sign(program, 'notes', body))
  assert.notEqual(asProgram.status, 200)
  assert.deepEqual(await notes.db.selectFrom('domainRef').select('id').execute(), [])
})
