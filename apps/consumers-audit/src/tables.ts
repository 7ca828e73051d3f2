import type { BaseTables } from '@commonchart/database'
import type { ColumnType, Generated, GeneratedAlways } from 'kysely'
import type { AccessTables } from './access/tables.ts'
import type { AuditTables } from './audit/tables.ts'
import type { EventTables } from './events/tables.ts'

/** A customer of the platform. Global: operators alone change it. */
export interface DomainRow {
  id: Generated<number>
  name: string
  zone: string
  sandbox: boolean
  enabled: boolean
  contract: string | null
  state: 'ACTIVE' | 'DISABLED'
  version: number
  createdAt: Date
  updatedAt: Date
  /** When its data is to go and who asked for it, when that began, and when nothing was left. */
  deleteAt: ColumnType<Date | null, Date | null | undefined>
  deleteRequestedBy: ColumnType<string | null, string | null | undefined>
  deletionBegunAt: ColumnType<Date | null, Date | null | undefined>
  deletedAt: ColumnType<Date | null, Date | null | undefined>
}

/** A host name and the one domain it leads to. */
export interface DomainHostRow {
  host: string
  domainId: number
  place: number
}

/** A program that uses the API of a domain. Null in what it is held to restricts nothing. */
export interface ConsumerRow {
  domainId: number
  id: Generated<string>
  name: string
  nameKey: string
  active: boolean
  issuer: string
  audience: string | null
  scopes: string[] | null
  ipRanges: string[] | null
  expiresAt: Date | null
  requestsPerMinute: number | null
  version: number
  createdAt: Date
  updatedAt: Date
}

/**
 * A public RSA key of a consumer; `modulus` is `n` of its JWK. It is accepted from `notBefore` until `retireAt` comes, or
 * until it was retired at once, at `retiredAt`.
 */
export interface ConsumerKeyRow {
  domainId: number
  id: Generated<string>
  consumerId: string
  kid: string | null
  thumbprint: string
  publicKey: string
  modulus: string
  createdAt: Date
  retiredAt: Date | null
  notBefore: Date | null
  retireAt: Date | null
}

/** The one row that numbers the changes of the registry. */
export interface RegistryCounterRow {
  onlyOne: GeneratedAlways<boolean>
  version: string
}

/** The newest change of a domain (`consumerId` 0) or of a consumer. */
export interface RegistryEntryRow {
  domainId: number
  consumerId: string
  version: string
}

export interface Tables extends BaseTables, AccessTables, AuditTables, EventTables {
  domain: DomainRow
  domainHost: DomainHostRow
  consumer: ConsumerRow
  consumerKey: ConsumerKeyRow
  registryCounter: RegistryCounterRow
  registryEntry: RegistryEntryRow
}

/** The tables that hold no domain's data and so have no row-level security. */
export const globalTables = [
  'domain',
  'domain_host',
  'domain_ref',
  'gateway_seen',
  'registry_counter',
  'registry_entry',
]
