import { runSubgraph } from '@commonchart/subgraph'
import { openMasterKeys } from './access/master-keys.ts'
import { openAccessLog } from './access/parts.ts'
import { needs, readFollowers, readRetentionDays } from './config.ts'
import { readDomainReferences } from './domain-reference.ts'
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
    // This service keeps the audit log itself: nobody has to be told.
    recordChanges: () => Promise.resolve(),
    internal: { '/internal/registry': createRegistryEndpoint(watch) },
    open({ env, db, logger }) {
      const access = openAccessLog({
        db,
        logger,
        masterKeys: openMasterKeys(env.RECORD_MASTER_KEYS ?? ''),
        retentionDays: readRetentionDays(env),
      })
      // Serving does not wait for it: what is missing is made when it is needed.
      access.keepRecord().catch((error: unknown) => logger.error({ err: error }, 'the record was not kept'))
      const { bytes, streams, tasks, cron } = access
      const resolvers = createResolvers(followers, access.resolvers)
      return Promise.resolve({ resolvers, bytes, streams, tasks, cron })
    },
  },
  process,
)
