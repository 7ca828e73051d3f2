import type { ColumnType, Generated } from 'kysely'

export type EntityKind = 'DATE' | 'MULTI_SELECTION' | 'NUMBER' | 'SINGLE_SELECTION' | 'TEXT'

/** What an entity has beside its name, as far as its kind has it. */
export interface Traits {
  allowMultiLines?: boolean | null
  dateFormat?: 'YEAR_MONTH_DAY' | 'YEAR_MONTH' | 'YEAR' | null
  range?: ('FUTURE' | 'PAST')[] | null
  defaultValue?: 'TODAY' | 'NONE' | null
  defaultValueOffset?: number | null
  setAsDateOfOccurred?: boolean | null
  minValue?: number | null
  maxValue?: number | null
  singularFormat?: string | null
  pluralFormat?: string | null
  singularFormatFr?: string | null
  pluralFormatFr?: string | null
  values?: string[] | null
}

/** A stored value: text, date or choice; number; choices. */
export type StoredValue = string | number | string[]

export interface PatientDataCategoryRow {
  domainId: number
  id: string
  version: Generated<number>
  name: string
  nameKey: string
  nameFr: string | null
  nameFrKey: string
  archived: Generated<boolean>
}

export interface PatientDataTemplateRow {
  domainId: number
  id: string
  categoryId: string
  version: Generated<number>
  name: string
  nameKey: string
  nameFr: string | null
  nameFrKey: string
  module: string
  archived: Generated<boolean>
  listed: Generated<boolean>
}

export interface PatientDataEntityRow {
  domainId: number
  id: string
  templateId: string
  position: number
  kind: EntityKind
  name: string
  nameFr: string | null
  required: boolean
  internalUseOnly: boolean
  archived: Generated<boolean>
  traits: ColumnType<Traits, string, string>
}

export interface PatientDataItemRow {
  domainId: number
  id: Generated<string>
  patientId: string
  categoryId: string
  templateId: string
  version: Generated<number>
  content: ColumnType<Record<string, StoredValue>, string, string>
  createdAt: Date
  updatedAt: Date
}

export interface PatientDataTables {
  patientDataCategory: PatientDataCategoryRow
  patientDataTemplate: PatientDataTemplateRow
  patientDataEntity: PatientDataEntityRow
  patientDataItem: PatientDataItemRow
}
