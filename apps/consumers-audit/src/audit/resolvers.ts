import { requestedFields, type PageArguments, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import { getSettingsDomain, readIn, requireSettings } from '../callers.ts'
import type { Context } from '../context.ts'
import {
  findAuditEvent,
  listAuditEvents,
  listDisclosures,
  type AuditEvent,
  type AuditFilters,
} from './audit-list.ts'
import { listChanges, type ChangeArguments } from './changes.ts'
import { readLeafFacts } from './leaf-facts.ts'
import { listPlacedEvents, listUnsequenced, type LeafPageArguments } from './leaf-pages.ts'
import { findCheckpoint, proveEvent, proveGrowth } from './proofs.ts'

type Info = GraphQLResolveInfo
type Named = { domain?: string | null }
type Span = { from?: Date | null; to?: Date | null }

/** The log of the platform itself: what operators do outside a domain. */
const platformId = 0

/** The fields of the root that the audit log answers. */
export const auditQueries = {
  changes: (_: unknown, args: ChangeArguments, context: Context) => listChanges(context, args),
  auditLog: inDomain((context, domainId, args: PageArguments & AuditFilters, info) =>
    listAuditEvents(context, domainId, args, pageFields(info)),
  ),
  auditEvent: inDomain((context, domainId, { id }: { id: string }) => findAuditEvent(context, domainId, id)),
  disclosures: inDomain((context, domainId, args: PageArguments & Span & { patientId: string }, info) =>
    listDisclosures(context, domainId, args, pageFields(info)),
  ),
  auditCheckpoint: inDomain((context, domainId) => findCheckpoint(context, domainId)),
  auditProof: inDomain((context, domainId, { eventId }: { eventId: string }) =>
    proveEvent(context, domainId, eventId),
  ),
  auditConsistency: inDomain((context, domainId, args: { from: string; to?: string | null }) =>
    proveGrowth(context, domainId, args),
  ),
  auditLeaves: inDomain((context, domainId, args: LeafPageArguments) =>
    listPlacedEvents(context, domainId, args),
  ),
  auditUnsequenced: inDomain((context, domainId, args: LeafPageArguments) =>
    listUnsequenced(context, domainId, args),
  ),
}

/** The types of the audit log. */
export const auditTypes: Resolvers = {
  AuditEvent: {
    actor: (event: AuditEvent) => readLeafFacts(event).actor,
    ipAddress: ({ ip }: AuditEvent) => ip,
    counts: ({ counts }: AuditEvent) => counts && listCounts(counts),
    seen: ({ seen }: AuditEvent) =>
      (seen ?? []).map(({ counts, patientIds }) => ({ counts: listCounts(counts), patientIds })),
    sequence: ({ domainId, id }: AuditEvent, _: unknown, context: Context) =>
      loadPlace(context, domainId, id),
  },
}

function listCounts(counts: Record<string, number>): { type: string; count: number }[] {
  return Object.entries(counts).map(([type, count]) => ({ type, count }))
}

/** A field for those who may read settings; operators name a domain, or none for the platform's own log. */
function inDomain<Args, Result>(
  read: (context: Context, domainId: number, args: Args, info: Info) => Promise<Result>,
) {
  return async (_: unknown, args: Args & Named, context: Context, info: Info): Promise<Result> => {
    const { domain } = args
    requireSettings(context, 'read')
    const isPlatform = context.identity.kind === 'operator' && (domain === null || domain === undefined)
    const domainId = isPlatform
      ? platformId
      : await getSettingsDomain(context, 'read', { domain, path: 'domain' })
    return read(context, domainId, args, info)
  }
}

/** The place of a leaf, read together with those of others of the request. */
function loadPlace(context: Context, domainId: number, id: string): Promise<string | null> {
  const loader = context.loader(`audit places of ${domainId}`, async (ids) => {
    const rows = await readIn(context, domainId, (trx) =>
      trx
        .selectFrom('auditSequence')
        .select(['leafId', 'sequence'])
        .where('domainId', '=', domainId)
        .where('leafId', 'in', ids)
        .execute(),
    )
    return new Map(rows.map(({ leafId, sequence }) => [leafId, sequence]))
  })
  return loader.load(id)
}

function pageFields(info: Info): Set<string> {
  return new Set([...requestedFields(info), ...requestedFields(info, 'pageInfo')])
}
