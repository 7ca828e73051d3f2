export { commitTogether } from './commit-together.ts'
export { DatabaseLost, type LostStage } from './database-lost.ts'
export {
  DistributionRefused,
  distributeTables,
  readDistributedEngine,
  readPlacement,
  type Placement,
} from './distribute.ts'
export { listDomainTables, listTablesOfNoDomain, type DomainTable } from './domain-tables.ts'
export { findMaintenanceFaults, maintenanceFunctions } from './maintenance-functions.ts'
export { migrateDatabase, type MigrateOptions } from './migrate.ts'
export { migrateOwnDatabase } from './migrate-own.ts'
export { countConnections, openDatabase, openPool, type OpenOptions } from './open.ts'
export { consoleRole, roles, type RolePasswords } from './roles.ts'
export type {
  AuditEventRow,
  BaseTables,
  DomainRefRow,
  DomainSettingRow,
  IdempotencyKeyRow,
  ReceivedEventRow,
} from './tables.ts'
export { findTenancyFaults } from './tenancy.ts'
export { together } from './together.ts'
export { openDomainTransaction, withDomain, type DomainTransaction, type RunLast } from './with-domain.ts'
