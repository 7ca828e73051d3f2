export { reasonOf } from './data-folder.ts'
export { EmbeddedDatabaseError } from './embedded-database-error.ts'
export { findFreePort } from './free-port.ts'
export { isRunning } from './leftover.ts'
export { removeEmbeddedDatabase } from './remove.ts'
export {
  startEmbeddedDatabase,
  stopEmbeddedDatabaseNow,
  type EmbeddedDatabase,
  type EmbeddedDatabaseOptions,
} from './server.ts'
