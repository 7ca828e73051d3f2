import { createHash, randomBytes } from 'node:crypto'

/** The values of the changed fields, as they were and as they are. */
export interface AuditDetail {
  before: Record<string, unknown> | null
  after: Record<string, unknown> | null
}

/** The values of some fields of a record as it was and as they were set, for an audit event. */
export function detailOf(
  was: object,
  set: object,
  fields: readonly string[],
): Record<'before' | 'after', Record<string, unknown>> {
  const valuesOf = (values: object) => {
    const all = new Map(Object.entries(values))
    return Object.fromEntries(fields.map((field) => [field, (all.get(field) ?? null) as unknown]))
  }
  return { before: valuesOf(was), after: valuesOf(set) }
}

/** A detail as it is kept: canonical JSON, and the salt that its hash was made with. */
export interface SealedDetail {
  before: string | null
  after: string | null
  salt: Buffer
  hash: string
}

/** Seals a detail with a fresh salt, so that nobody can find values by hashing guesses. */
export function sealDetail({ before, after }: AuditDetail): SealedDetail {
  const salt = randomBytes(16)
  return {
    before: before && writeCanonical(before),
    after: after && writeCanonical(after),
    salt,
    hash: hashDetail(salt, { before, after }),
  }
}

/** The SHA-256 over the salt and the canonical JSON of `{ after, before }`, as base64url: what the audit log holds of a detail. */
export function hashDetail(salt: Buffer, { before, after }: AuditDetail): string {
  return createHash('sha256').update(salt).update(writeCanonical({ before, after })).digest('base64url')
}

/** Writes JSON with sorted keys and no spaces: the same for a value and for what `jsonb` gives back of it. */
export function writeCanonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    // A lone surrogate is stored as U+FFFD by text columns and refused by jsonb.
    if (typeof each === 'string') return each.toWellFormed()
    if (each === null || typeof each !== 'object' || Array.isArray(each)) return each
    const entries = Object.entries(each).sort(([one], [other]) => (one < other ? -1 : 1))
    return Object.fromEntries(entries)
  })
}
