/** What a page needs to verify a log. Bundlers take it for browsers by the package's exports. */
export { hashFacts, type LogFault, type SequencedLeaf } from './bad-leaf.ts'
export { encodeLeaf, type LeafFacts, type SeenGroup } from './leaf.ts'
export {
  eventFacts,
  readEventFacts,
  readLogPages,
  readUnsequencedPages,
  type AskLog,
  type GraphEvent,
} from './log-pages.ts'
export { verifyLog, type KeptCheckpoint, type LogToVerify, type LogVerdict } from './verify-log.ts'
export { auditActions } from './actions.ts'
export { recordTypes } from './record-types.ts'
