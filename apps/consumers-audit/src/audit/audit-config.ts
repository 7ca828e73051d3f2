import type { Task } from 'graphile-worker'
import { readLogKey, type LogKey } from './log-key.ts'
import { createWitnessTask, openWitness, witnessTask } from './witness.ts'

/** How the audit log of this process is signed, and who gets its checkpoints. */
export interface AuditConfig {
  key: LogKey
  witnessed: boolean
  /** The jobs that the worker runs for the audit log. */
  tasks: Record<string, Task>
}

/** Reads `AUDIT_SIGNING_KEY` (a file) and `CHECKPOINT_WITNESS` (a folder or a URL). Throws when the key is missing or malformed. */
export function readAuditConfig(environment: Record<string, string | undefined>): AuditConfig {
  const { AUDIT_SIGNING_KEY: file = '', CHECKPOINT_WITNESS: place } = environment
  return {
    key: readLogKey(file),
    witnessed: Boolean(place),
    tasks: place ? { [witnessTask]: createWitnessTask(openWitness(place)) } : {},
  }
}
