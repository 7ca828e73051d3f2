/** What a consumer asked within one hour of the clock. */
export interface ConsumerUsageRow {
  domainId: number
  consumerId: string
  hour: Date
  requests: number
  errors: number
  lastAt: Date
  durations: number[]
}

/** When a consumer's key was last used. */
export interface ConsumerKeyUsageRow {
  domainId: number
  keyId: string
  lastUsedAt: Date
}

export interface AuditTables {
  consumerUsage: ConsumerUsageRow
  consumerKeyUsage: ConsumerKeyUsageRow
}
