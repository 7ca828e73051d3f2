import { runSubgraph } from '@commonchart/subgraph'
import { readFollowers } from './config.ts'
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
    resolvers: createResolvers(followers),
    others: followers,
    references: { domain: readDomainReferences },
    // This service keeps the audit log itself: nobody has to be told.
    recordChanges: () => Promise.resolve(),
    internal: { '/internal/registry': createRegistryEndpoint(watch) },
  },
  process,
)
