import { runSubgraph } from '@commonchart/subgraph'
import { readAuditConfig } from './audit/audit-config.ts'
import { answerCheckpoints } from './audit/checkpoint-endpoint.ts'
import { receiveRecordedChanges } from './audit/recorded-changes.ts'
import { prepareSequencer } from './audit/sequencer-work.ts'
import { readFollowers } from './config.ts'
import { readDomainReferences } from './domain-reference.ts'
import { createRegistryEndpoint, openRegistryWatch } from './registry-watch.ts'
import { createResolvers } from './resolvers.ts'
import type { Tables } from './tables.ts'

const followers = readFollowers(process.env)
const watch = openRegistryWatch(process.env.DATABASE_URL ?? '')
const audit = readAuditConfig(process.env)
const sequencer = prepareSequencer(audit)

await runSubgraph<Tables>(
  {
    name: 'consumers-audit',
    schemaFolder: new URL('../schema/', import.meta.url),
    resolvers: createResolvers(followers),
    others: followers,
    references: { domain: readDomainReferences },
    events: { 'audit.recorded': receiveRecordedChanges },
    internal: {
      '/internal/registry': createRegistryEndpoint(watch),
      '/internal/checkpoints': answerCheckpoints,
    },
    tasks: audit.tasks,
    startWork: (parts) => sequencer.start(parts),
  },
  process,
)
