import type { OpenedParts, Resolvers } from '@commonchart/subgraph'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { createAccessLogExport } from '../exports/access-log.ts'
import { exportAuditLog } from '../exports/audit-log.ts'
import { exportDisclosures } from '../exports/disclosures.ts'
import { createDomainParts } from '../exports/domain.ts'
import type { Tables } from '../tables.ts'
import { openGateways } from './gateways.ts'
import type { MasterKeys } from './master-keys.ts'
import { createRecordEndpoint } from './record-endpoint.ts'
import { openRecordKeys, type RecordKeys } from './record-keys.ts'
import { createAccessResolvers } from './resolvers.ts'
import { keepRecord, retentionCron, retentionTask } from './retention.ts'

/** Everything of the access log that a process serves. */
export interface AccessLogParts extends Required<
  Pick<OpenedParts<Tables>, 'bytes' | 'streams' | 'tasks' | 'cron' | 'domainExport'>
> {
  keys: RecordKeys
  resolvers: { Query: Resolvers[string] } & Resolvers
  /** What the nightly job does, to be done at the start too. */
  keepRecord(): Promise<void>
}

/** Opens the access log on a database. Nothing is read or written before it is asked for. */
export function openAccessLog(opened: {
  db: Kysely<Tables>
  logger: Logger
  masterKeys: MasterKeys
  retentionDays: number
  now?: () => number
}): AccessLogParts {
  const { db, logger, masterKeys, retentionDays, now = Date.now } = opened
  const keys = openRecordKeys(db, masterKeys, now)
  const gateways = openGateways(db)
  const keep = () => keepRecord({ db, keys, retentionDays, logger, now })
  return {
    keys,
    keepRecord: keep,
    resolvers: createAccessResolvers({ keys, retentionDays, now }),
    bytes: {
      '/internal/record': createRecordEndpoint({ keys, gateways, retentionDays, now }),
    },
    streams: {
      '/export/access-log': createAccessLogExport({ keys, retentionDays, now }),
      '/export/audit-log': exportAuditLog,
      '/export/disclosures': exportDisclosures,
    },
    domainExport: createDomainParts(keys),
    tasks: { [retentionTask]: keep },
    cron: [retentionCron],
  }
}
