import { runSubgraph } from '@commonchart/subgraph'
import { openMasterKeys } from './access/master-keys.ts'
import { openAccessLog } from './access/parts.ts'
import { readAuditConfig } from './audit/audit-config.ts'
import { answerCheckpoints } from './audit/checkpoint-endpoint.ts'
import { receiveRecordedChanges, recordOwnChanges } from './audit/recorded-changes.ts'
import { startSequencer } from './audit/sequencer.ts'
import { needs, readFollowers, readRetentionDays } from './config.ts'
import { createDeletionTask, deletionCron, deletionTask } from './domain-deletion.ts'
import { readDomainReferences } from './domain-reference.ts'
import { startDelivering } from './events/deliver.ts'
import { readEventConfig } from './events/event-config.ts'
import { openEvents } from './events/parts.ts'
import { createRegistryEndpoint, openRegistryWatch } from './registry-watch.ts'
import { createResolvers } from './resolvers.ts'
import type { Tables } from './tables.ts'

const followers = readFollowers(process.env)
const watch = openRegistryWatch(process.env.DATABASE_URL ?? '')

await runSubgraph<Tables>(
  {
    name: 'consumers-audit',
    schemaFolder: new URL('../schema/', import.meta.url),
    others: followers,
    needs,
    references: { domain: readDomainReferences },
    recordChanges: recordOwnChanges,
    events: { 'audit.recorded': receiveRecordedChanges },
    internal: {
      '/internal/registry': createRegistryEndpoint(watch),
      '/internal/checkpoints': answerCheckpoints,
    },
    open({ env, db, services, logger }) {
      const audit = readAuditConfig(env)
      const masterKeys = openMasterKeys(env.RECORD_MASTER_KEYS ?? '', {
        onError: (error) => logger.error({ err: error }, 'the master keys cannot be read'),
      })
      const opened = { db, logger, masterKeys, retentionDays: readRetentionDays(env) }
      const access = openAccessLog(opened)
      const eventConfig = readEventConfig(env)
      const events = openEvents({ ...opened, ...eventConfig })
      // Serving does not wait for it: what is missing is made when it is needed.
      access.keepRecord().catch((error: unknown) => logger.error({ err: error }, 'the record was not kept'))
      events
        .keepDeliveries()
        .catch((error: unknown) => logger.error({ err: error }, 'the delivery log was not kept'))
      const sequencer = startSequencer({ db, logger, ...audit })
      const url = env.DATABASE_URL ?? ''
      const deliveries = startDelivering({ url, masterKeys, logger, ...eventConfig })
      const { bytes, streams, domainExport, keys } = access
      const deletion = { db, services, followers, logger, forgetKeys: () => keys.forget() }
      return Promise.resolve({
        resolvers: createResolvers(followers, access.resolvers, events.resolvers),
        tasks: {
          ...{ ...access.tasks, ...audit.tasks, ...events.tasks },
          [deletionTask]: createDeletionTask(deletion),
        },
        ...{ bytes, streams, domainExport },
        cron: [...access.cron, ...events.cron, deletionCron],
        async stop() {
          await Promise.all([sequencer.stop(), deliveries.stop()])
        },
      })
    },
  },
  process,
)
