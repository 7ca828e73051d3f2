import type { ColumnType } from 'kysely'
import type { LocalizedText } from './names.ts'
import type { ChangingRow } from './tables.ts'

export interface PresentingIssueRow extends ChangingRow {
  id: number
  name: string
  internalName: string | null
  searchablePhrase: string | null
  prepNote: string | null
  localizedName: ColumnType<LocalizedText[], string, string>
  localizedInternalName: ColumnType<LocalizedText[], string, string>
  localizedSearchablePhrase: ColumnType<LocalizedText[], string, string>
  localizedPrepNote: ColumnType<LocalizedText[], string, string>
  color: string | null
  icon: string | null
  /** Sorted, each once. */
  serviceIds: number[]
}

export interface PresentingIssueTermRow {
  domainId: number
  kind: 'NAME' | 'PHRASE'
  termKey: string
  presentingIssueId: number
}

export interface PresentingIssueServiceRow {
  domainId: number
  presentingIssueId: number
  serviceId: number
}

export interface AppointmentTagRow extends ChangingRow {
  id: number
  name: string
  shortName: string
  color: string | null
}

export interface AppointmentTaggingRow {
  domainId: number
  tagId: number
  appointmentId: string
  /** That of the appointment. */
  createdAt: Date
}

/** The tables of presenting issues and of tags. */
export interface CatalogueTables {
  presentingIssue: PresentingIssueRow
  presentingIssueTerm: PresentingIssueTermRow
  presentingIssueService: PresentingIssueServiceRow
  appointmentTag: AppointmentTagRow
  appointmentTagging: AppointmentTaggingRow
}
