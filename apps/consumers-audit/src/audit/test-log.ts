import { generateKeyPairSync } from 'node:crypto'
import {
  createTimeOrderedId,
  verifyLog,
  type LogVerdict,
  type SeenGroup,
  type SequencedLeaf,
} from '@commonchart/audit'
import { openDatabase, withDomain } from '@commonchart/database'
import { openTestDatabase } from '@commonchart/testing'
import { parseVerifierKey } from '@commonchart/transparency-log'
import { sql, type Kysely } from 'kysely'
import pg from 'pg'
import type { Tables } from '../tables.ts'
import { findNewestCheckpoint } from './checkpoints.ts'
import { listSequencedLeaves } from './leaf-facts.ts'
import { insertLeaves, type NewLeaf } from './leaves.ts'
import { createLogSigner, type LogKey } from './log-key.ts'
import { sequenceLeaves, type Sequenced } from './sequence-leaves.ts'

/** An audit log on a database of its own, without a server. */
export interface TestLog {
  db: Kysely<Tables>
  url: string
  workerUrl: string
  key: LogKey
  /** Inserts leaves, as the program does, without giving them numbers. */
  insert(domainId: number, leaves: NewLeaf[]): Promise<void>
  /** Gives numbers to what waits and signs a checkpoint. */
  sequence(domainId: number, options?: { checkpointIntervalMs?: number }): Promise<Sequenced | null>
  /** The text of the newest checkpoint. */
  checkpoint(domainId: number): Promise<string>
  /** Runs SQL as the superuser, whom nothing holds back. */
  tamper(sql: string): Promise<void>
  leaves(domainId: number): Promise<SequencedLeaf[]>
  /** Verifies the log against its newest checkpoint and anchors. */
  verify(domainId: number, anchors?: string[]): Promise<LogVerdict>
  close(): Promise<void>
}

export function createTestLogKey(): LogKey {
  return { name: 'audit.test', privateKey: generateKeyPairSync('ed25519').privateKey }
}

export async function openTestLog(): Promise<TestLog> {
  const database = await openTestDatabase(new URL('../../migrations/', import.meta.url))
  const db = openDatabase<Tables>(database.url)
  const admin = new pg.Client({ connectionString: database.adminUrl })
  await admin.connect()
  const key = createTestLogKey()
  const log: TestLog = {
    ...{ db, key, url: database.url, workerUrl: database.workerUrl },
    insert: (domainId, leaves) => withDomain(db, domainId, (trx) => insertLeaves(trx, domainId, leaves)),
    sequence: (domainId, { checkpointIntervalMs = 0 } = {}) =>
      sequenceLeaves(db, domainId, {
        ...{ signer: createLogSigner(key, domainId), witnessed: false, checkpointIntervalMs },
      }),
    checkpoint: async (domainId) => {
      const newest = await withDomain(db, domainId, (trx) => findNewestCheckpoint(trx, domainId))
      return newest?.text ?? ''
    },
    tamper: async (text) => void (await admin.query(text)),
    leaves: (domainId) =>
      withDomain(db, domainId, (trx) => listSequencedLeaves(trx, domainId, { after: -1, limit: 100_000 })),
    async verify(domainId, anchors = []) {
      const newest = await log.checkpoint(domainId)
      const verifier = parseVerifierKey(createLogSigner(key, domainId).verifierKey)
      return verifyLog({
        readLeaves: async function* () {
          yield* await log.leaves(domainId)
        },
        readUnsequenced: async function* () {
          const { rows } = await withDomain(db, domainId, (trx) =>
            sql<{ id: string }>`SELECT l.id FROM audit_leaf l
              WHERE NOT EXISTS (SELECT FROM audit_sequence s WHERE s.domain_id = l.domain_id AND s.leaf_id = l.id)
                AND NOT EXISTS (SELECT FROM audit_waiting p WHERE p.domain_id = l.domain_id AND l.id = ANY(p.leaf_ids))`.execute(
              trx,
            ),
          )
          yield* rows
        },
        checkpoints: [
          ...(newest ? [{ source: 'the log', text: newest }] : []),
          ...anchors.map((text) => ({ source: 'an anchor', text })),
        ],
        verifiers: verifier ? [verifier] : [],
      })
    },
    async close() {
      await admin.end()
      await db.destroy()
      await database.close()
    },
  }
  return log
}

/** Ids of one millisecond have no order among themselves; those of tests are in the order in which they are made. */
let lastMs = Date.now() - 3_600_000
function createLeafId(): string {
  lastMs += 1
  return createTimeOrderedId(lastMs)
}

const consumer = { kind: 'consumer', id: '1', name: 'Portal', role: null }

/** A request of a consumer; anything of it can be overridden. */
export function createRequestLeaf(overrides: Partial<NewLeaf> = {}): NewLeaf {
  return {
    ...{ id: createLeafId(), kind: 'REQUEST', occurredAt: null, requestId: 'r', actor: consumer },
    ...{ keyId: '1', ip: '127.0.0.1', action: 'request.answered', recordType: null, recordId: null },
    ...{
      recordVersion: null,
      patientId: null,
      fields: [],
      counts: null,
      seen: null,
      outcome: 'SUCCESS',
      detailHash: null,
    },
    ...{ durationMs: 7, count: 1 },
    ...overrides,
  }
}

/** What a consumer saw of a patient. */
export function createReadLeaf(patientId: string, overrides: Partial<NewLeaf> = {}): NewLeaf {
  const read = {
    kind: 'READ',
    action: 'patient.read',
    patientId,
    counts: { Patient: 1 },
    durationMs: null,
  } as const
  return createRequestLeaf({ ...read, ...overrides })
}

/** What a consumer saw of several patients: of each of a group the same. */
export function createSeenLeaf(seen: SeenGroup[], overrides: Partial<NewLeaf> = {}): NewLeaf {
  return createReadLeaf('', { patientId: null, counts: null, seen, ...overrides })
}

/** What a consumer changed. */
export function createChangeLeaf(type: string, id: string, overrides: Partial<NewLeaf> = {}): NewLeaf {
  return createRequestLeaf({
    ...{ kind: 'CHANGE', action: `${type.toLowerCase()}.updated`, recordType: type, recordId: id },
    ...{ recordVersion: 2, fields: ['note'], durationMs: null },
    ...overrides,
  })
}
