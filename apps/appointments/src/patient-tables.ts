export interface PatientRefRow {
  domainId: number
  id: string
  state: 'ACTIVE' | 'ARCHIVED'
  mergedInto: string | null
  version: number
}

/** A merge of patients that was taken in. */
export interface PatientMergeRow {
  domainId: number
  id: string
  keptId: string
  mergedId: string
  undone: boolean
}

export interface PatientMergeMoveRow {
  domainId: number
  mergeId: string
  appointmentId: string
}

/** An announcement that a patient's record is about to be closed. */
export interface PatientClosingRow {
  domainId: number
  patientId: string
  version: number
  closings: number
}

/** The tables of what this subgraph knows of patients. */
export interface PatientTables {
  patientRef: PatientRefRow
  patientMerge: PatientMergeRow
  patientMergeMove: PatientMergeMoveRow
  patientClosing: PatientClosingRow
}
