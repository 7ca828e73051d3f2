export { actorOf, loadActor, readActor, type Actor, type InternalApiConsumerRow } from './actors.ts'
export { requireOperator, requirePerson, requireScopes, requireSupport } from './authorise.ts'
export { buildSubgraph, readSchema, type Resolvers } from './build.ts'
export { detailOfChange, given } from './changed-values.ts'
export { checkText } from './check-text.ts'
export { MissingConfiguration, readSubgraphConfig, type SubgraphConfig } from './config.ts'
export { countReads, type PatientIdOf, type PatientOf } from './count-reads.ts'
export { SubgraphContext, type Warning } from './context.ts'
export { deleteDomainRows, deletionPath } from './domain-deletion.ts'
export type { DomainExport } from './domain-export.ts'
export {
  enqueueEvents,
  receiveDomain,
  receiveEvent,
  type EventHandler,
  type IncomingEvent,
  type OutgoingEvent,
} from './events.ts'
export { requestedEntityFields, requestedFields } from './fields.ts'
export { parseId, parseIntId, parseUuid } from './ids.ts'
export { localize, nameColumns, nameIn, nameKeyIn, type Named } from './localized.ts'
export { MalformedBody } from './http.ts'
export type { BytesEndpoint, InternalEndpoint, ReferenceReader } from './internal.ts'
export { expectVersion, mutate, type Change, type Made } from './mutate.ts'
export {
  clampPageSize,
  defaultPageSize,
  largestPageSize,
  listMergedPage,
  listPage,
  type Page,
  type PageArguments,
} from './pages.ts'
export type { OrderTerm } from './page-cursors.ts'
export { noteRead, sendChanges, type Recorded, type RecordChanges, type RecorderContent } from './recorded.ts'
export { askOwner } from './references.ts'
export {
  runSubgraph,
  type OpenedParts,
  type OpenedProcess,
  type Process,
  type SubgraphDefinition,
} from './run.ts'
export { runMigrations } from './run-migrations.ts'
export { createScalars } from './scalars.ts'
export { phoneDigits, prefixEnd, searchKey } from './search-key.ts'
export { createServicePrincipal, createServices, ServiceError, type Services } from './services.ts'
export { findSetting, writeSetting } from './settings.ts'
export { startSubgraph, type RunningSubgraph, type SubgraphOptions } from './start.ts'
export type { StreamAnswer, StreamEndpoint } from './streams.ts'
export { startWorker, type RunningWorker } from './worker.ts'
export { recordAudit } from './record-audit.ts'
