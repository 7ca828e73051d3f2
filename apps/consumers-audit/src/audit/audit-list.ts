import { refusal } from '@commonchart/errors'
import { listMergedPage, type OrderTerm, type Page, type PageArguments } from '@commonchart/subgraph'
import { sql, type Selectable } from 'kysely'
import { readIn } from '../callers.ts'
import type { Context } from '../context.ts'
import { searchLeaves, searchLeavesOfPatient, type LeafSearch } from './patient-leaves.ts'
import type { AuditLeafRow } from './tables.ts'

export type AuditEvent = Selectable<AuditLeafRow>

/** What the audit log can be searched by. */
export interface AuditFilters {
  kind?: AuditEvent['kind'] | null
  actorKind?: string | null
  actorId?: string | null
  consumer?: string | null
  action?: string | null
  recordType?: string | null
  recordId?: string | null
  patientId?: string | null
  outcome?: string | null
  from?: Date | null
  to?: Date | null
}

const newestFirst = (table: LeafSearch['table']): OrderTerm[] => [
  { column: `${table}.occurred_at`, name: 'occurredAt', direction: 'DESC', type: 'timestamptz' },
  { column: `${table}.id`, name: 'id', direction: 'DESC', type: 'uuid' },
]

/**
 * One page of a domain's audit log, newest first. Throws `BAD_USER_INPUT` for the id of an actor or a record without its
 * kind or type: ids of different kinds are the same digits.
 */
export function listAuditEvents(
  context: Context,
  domainId: number,
  args: PageArguments & AuditFilters,
  fields: Set<string>,
): Promise<Page<AuditEvent>> {
  const equal = readFilters(args)
  const { patientId } = args
  return readIn(context, domainId, (trx) => {
    const searches: LeafSearch[] = isGiven(patientId)
      ? searchLeavesOfPatient(trx, domainId, patientId)
      : [{ query: searchLeaves(trx, domainId), table: 'audit_leaf' }]
    const lists = searches.map(({ query, table }) => {
      let filtered = query
      for (const [column, value] of equal) filtered = filtered.where(`auditLeaf.${column}`, '=', value)
      if (args.kind === 'READ' || args.action === 'patient.read') filtered = filtered.where(hasShown)
      if (args.from) filtered = filtered.where(sql.ref(`${table}.occurred_at`), '>=', args.from)
      if (args.to) filtered = filtered.where(sql.ref(`${table}.occurred_at`), '<', args.to)
      return { query: filtered, order: newestFirst(table) }
    })
    return listMergedPage(lists, { args, fields, context })
  })
}

/** One page of what was seen or changed of a patient, newest first. Leaves that bear a patient tell of nothing else. */
export function listDisclosures(
  context: Context,
  domainId: number,
  args: PageArguments & { patientId: string; from?: Date | null; to?: Date | null },
  fields: Set<string>,
): Promise<Page<AuditEvent>> {
  const { patientId, from, to, first, last, after, before } = args
  return listAuditEvents(context, domainId, { patientId, from, to, first, last, after, before }, fields)
}

/** Finds an event of a domain's audit log by its id as it was given. */
export async function findAuditEvent(
  context: Context,
  domainId: number,
  id: string,
): Promise<AuditEvent | null> {
  if (!isUuid(id)) return null
  const found = await readIn(context, domainId, (trx) =>
    trx
      .selectFrom('auditLeaf')
      .selectAll()
      .where('domainId', '=', domainId)
      .where('id', '=', id)
      .executeTakeFirst(),
  )
  return found ?? null
}

export function isUuid(id: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(id)
}

/** What was seen of patients stands in the leaf of the request, which is a leaf of its own kind, and in leaves for it alone. */
const hasShown = sql<boolean>`(audit_leaf.kind = 'READ'
  OR audit_leaf.kind = 'REQUEST' AND (audit_leaf.patient_id IS NOT NULL OR audit_leaf.seen IS NOT NULL))`

type Searched = 'kind' | 'actorKind' | 'actorId' | 'action' | 'recordType' | 'recordId' | 'outcome'

function readFilters(args: AuditFilters): [Searched, string][] {
  const { kind, actorKind, actorId, consumer, action, recordType, recordId, outcome } = args
  if (isGiven(consumer) && (isGiven(actorKind) || isGiven(actorId)))
    throw refusal('BAD_USER_INPUT', 'A consumer is an actor: give `consumer` or `actorKind` and `actorId`.', {
      path: 'consumer',
    })
  if (isGiven(actorId) && !isGiven(actorKind))
    throw refusal('BAD_USER_INPUT', 'The argument actorId goes with actorKind.', { path: 'actorId' })
  if (isGiven(recordId) && !isGiven(recordType))
    throw refusal('BAD_USER_INPUT', 'The argument recordId goes with recordType.', { path: 'recordId' })
  const wanted: [Searched, string | null | undefined][] = [
    ['kind', kind === 'READ' ? null : kind],
    ['actorKind', isGiven(consumer) ? 'consumer' : actorKind],
    ['actorId', consumer ?? actorId],
    ['action', action === 'patient.read' ? null : action],
    ['recordType', recordType],
    ['recordId', recordId],
    ['outcome', outcome],
  ]
  return wanted.flatMap(([column, value]) => (isGiven(value) ? [[column, value] as [Searched, string]] : []))
}

function isGiven(value: string | null | undefined): value is string {
  return value !== null && value !== undefined
}
