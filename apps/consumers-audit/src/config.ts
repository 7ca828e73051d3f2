type Environment = Record<string, string | undefined>

/**
 * The services that are told of each change to a domain: all other subgraphs. `SUBGRAPHS` lists them, separated by
 * commas; each has its address in a variable of its own, such as `PATIENTS_URL`.
 */
export function readFollowers(environment: Environment): string[] {
  const list = environment.SUBGRAPHS || 'patients,appointments'
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'consumers-audit')
}

/** What this subgraph must be told beside what every subgraph is. */
export const needs = {
  RECORD_MASTER_KEYS: 'the file of the keys that wrap the keys of the record',
  AUDIT_SIGNING_KEY: 'the file of the key that signs the audit log’s checkpoints',
}

/** For how many days access records are kept: 90 unless RETENTION_DAYS says otherwise. Throws a sentence for no number. */
export function readRetentionDays(environment: Environment): number {
  const days = Number(environment.RETENTION_DAYS || 90)
  if (!Number.isInteger(days) || days < 1 || days > 36_500)
    throw new Error('RETENTION_DAYS is a whole number of days, at least 1')
  return days
}
