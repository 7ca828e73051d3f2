import type { AuditChange } from '@commonchart/audit'
import type { Gathered } from '../graphs/call.ts'
import type { PatientRead } from './access-record.ts'

/** What a subgraph puts into `extensions.recorder`. */
interface RecorderContent {
  reads?: PatientRead[]
  changes?: AuditChange[]
}

/** Merges what the subgraphs recorded of their parts: each patient once, with the sum of what was shown of each type. */
export function mergeRecorded(recorded: Gathered['recorded']): {
  reads: PatientRead[]
  changes: AuditChange[]
} {
  if (recorded.length === 0) return { reads: [], changes: [] }
  const byPatient = new Map<string, Map<string, number>>()
  const changes: AuditChange[] = []
  for (const { content } of recorded) {
    const { reads = [], changes: changed = [] } = content as RecorderContent
    changes.push(...changed)
    for (const { patientId, types } of reads) {
      let counts = byPatient.get(patientId)
      if (!counts) byPatient.set(patientId, (counts = new Map()))
      for (const [type, count] of Object.entries(types)) counts.set(type, (counts.get(type) ?? 0) + count)
    }
  }
  const reads = [...byPatient].map(([patientId, counts]) => ({
    patientId,
    types: Object.fromEntries(counts),
  }))
  return { reads, changes }
}
