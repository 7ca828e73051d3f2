import type { ColumnType, Generated } from 'kysely'

/** A change that subscriptions are told of. Never changed. */
export interface DomainEventRow {
  domainId: number
  sequence: string
  eventId: string
  topic: string
  occurredAt: Date
  /** The record that changed; of a merge, the chart that was merged away. */
  recordId: string
  /** Whose record it is; of a merge, the chart that was kept. */
  patientId: string | null
  fields: string[]
}

export interface EventSubscriptionRow {
  domainId: number
  id: Generated<string>
  consumerId: string
  name: string
  url: string
  topics: string[]
  state: 'ACTIVE' | 'PAUSED' | 'SUSPENDED' | 'DEACTIVATED'
  stateReason: string | null
  version: number
  createdAt: ColumnType<Date, Date, never>
  updatedAt: Date
}

/** A secret that signs deliveries, sealed with a master key. */
export interface EventSecretRow {
  domainId: number
  id: Generated<string>
  subscriptionId: string
  sealed: Buffer
  masterKeyId: string
  lastFour: string
  createdAt: Date
}

/** How far a subscription has come, and which process is at it. */
export interface EventProgressRow {
  domainId: number
  subscriptionId: string
  position: string
  resentUntil: string
  /** No delivery with a lower id is open; null when none is. */
  openSince: string | null
  /** When the next open delivery is due. */
  nextAttemptAt: Date | null
  leasedBy: string | null
  leasedUntil: Date | null
  failingSince: Date | null
  failures: Generated<number>
  lastError: string | null
  probeAt: Date | null
  probes: Generated<number>
  lastDeliveredAt: Date | null
}

/** An event on its way to a subscription. `nextAttemptAt` is null while an earlier event of its patient is in the way. */
export interface EventDeliveryRow {
  domainId: number
  id: string
  subscriptionId: string
  eventId: string
  sequence: string | null
  topic: string
  occurredAt: Date
  recordId: string | null
  patientId: string | null
  fields: string[]
  status: 'WAITING' | 'RETRYING' | 'DELIVERED' | 'FAILED'
  /** JSON of `Attempt[]`. */
  attempts: string
  firstFailedAt: Date | null
  nextAttemptAt: Date | null
  deliveredAt: Date | null
  isResend: boolean
  isTest: boolean
}

/** The tables of event notifications. */
export interface EventTables {
  domainEvent: DomainEventRow
  eventSubscription: EventSubscriptionRow
  eventSecret: EventSecretRow
  eventProgress: EventProgressRow
  eventDelivery: EventDeliveryRow
}
