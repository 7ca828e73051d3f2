import { sql, type Selectable, type SelectQueryBuilder, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { AuditLeafRow } from './tables.ts'

/** A query of leaves, as `audit_leaf`. */
export type LeafQuery = SelectQueryBuilder<Tables, 'auditLeaf', Selectable<AuditLeafRow>>

/** A query of leaves, and the table whose instants and ids are in an index for its order. */
export interface LeafSearch {
  query: LeafQuery
  table: 'audit_leaf' | 'listed'
}

/**
 * Searches the leaves that name a patient: those of that patient alone, then those of several, each by an index of its own.
 * Of the latter, the list is walked and each leaf looked up: OFFSET 0 keeps Postgres from reading the whole log to join it,
 * as it cannot know that a page ends it early. What is listed under a patient whom it does not name is left out.
 */
export function searchLeavesOfPatient(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
): LeafSearch[] {
  const named = JSON.stringify([{ patientIds: [patientId] }])
  const alone = searchLeaves(trx, domainId).where('auditLeaf.patientId', '=', patientId)
  const listed = trx
    .selectFrom((from) =>
      from
        .selectFrom('auditSeen')
        .select(['occurredAt', 'leafId as id'])
        .where('domainId', '=', domainId)
        .where('patientId', '=', patientId)
        .as('listed'),
    )
    .innerJoinLateral(
      (from) =>
        from
          .selectFrom('auditLeaf')
          .selectAll()
          .where('auditLeaf.domainId', '=', domainId)
          .whereRef('auditLeaf.id', '=', 'listed.id')
          .offset(sql<number>`0`)
          .as('auditLeaf'),
      (join) => join.onTrue(),
    )
    .where(sql<boolean>`audit_leaf.seen @> ${named}::jsonb`)
    .selectAll('auditLeaf')
  return [
    { query: alone, table: 'audit_leaf' },
    { query: listed as unknown as LeafQuery, table: 'listed' },
  ]
}

/** All leaves of a domain. */
export function searchLeaves(trx: Transaction<Tables>, domainId: number): LeafQuery {
  return trx.selectFrom('auditLeaf').where('auditLeaf.domainId', '=', domainId).selectAll('auditLeaf')
}

/** How many records of which type a leaf says were seen of a patient; null when it says nothing of it. */
export function findCounts(
  { patientId, counts, seen }: Selectable<AuditLeafRow>,
  of: string,
): Record<string, number> | null {
  if (patientId === of) return counts
  return seen?.find(({ patientIds }) => patientIds.includes(of))?.counts ?? null
}
