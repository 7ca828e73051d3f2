import { prefixEnd } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import type { TermKind } from './patient-terms.ts'
import type { Tables } from './tables.ts'

/** One look into the index of terms, for one part of what is looked for. */
export interface Lookup {
  /** What it is a way to find: a patient counts once for each part, by the best of its lookups. */
  part: number
  kind: TermKind
  term: string
  weight: number
  /** Any term that begins with this one fits. */
  isPrefix?: boolean
  /** No more patients than this are read, the newest first. */
  most: number
}

export interface Candidate {
  id: string
  /** How well the lookups agree on the patient: what is rare counts more. */
  score: number
}

/**
 * Finds patients that lookups lead to, best first and at most `count`. What is read is bounded by the lookups, whatever the
 * number of patients; a term that few bear weighs more than one that many bear. Who is found for fewer parts than `atLeast`, or
 * than this `share` of what the best is found for, is left out.
 */
export async function findCandidates(
  trx: Transaction<Tables>,
  domainId: number,
  lookups: Lookup[],
  { count, atLeast = 0, share = 0 }: { count: number; atLeast?: number; share?: number },
): Promise<Candidate[]> {
  if (lookups.length === 0) return []
  const column = <Name extends keyof Lookup>(name: Name) => lookups.map((lookup) => lookup[name])
  const ends = lookups.map(({ term, isPrefix }) => (isPrefix ? prefixEnd(term) : null))
  const { rows } = await sql<Candidate>`
    WITH look AS (
      SELECT * FROM unnest(
        ${column('part')}::integer[], ${column('kind')}::text[], ${column('term')}::text[], ${ends}::text[],
        ${column('weight')}::float8[], ${column('most')}::integer[]
      ) AS each (part, kind, term, term_end, weight, most)
    ), found AS (
      SELECT look.part, posting.patient_id, look.weight / (1 + ln(count(*) OVER (PARTITION BY look.part, look.kind, look.term))) AS weight
      FROM look CROSS JOIN LATERAL (
        SELECT patient_id FROM patient_term
        WHERE domain_id = ${domainId} AND kind = look.kind COLLATE "C" AND term = look.term COLLATE "C"
        ORDER BY patient_id DESC LIMIT look.most
      ) AS posting
      WHERE look.term_end IS NULL
      UNION ALL
      SELECT look.part, posting.patient_id, look.weight / (1 + ln(count(*) OVER (PARTITION BY look.part, look.kind, look.term))) AS weight
      FROM look CROSS JOIN LATERAL (
        SELECT patient_id FROM patient_term
        WHERE domain_id = ${domainId} AND kind = look.kind COLLATE "C"
          AND term >= look.term COLLATE "C" AND term < look.term_end COLLATE "C"
        ORDER BY term, patient_id LIMIT look.most
      ) AS posting
      WHERE look.term_end IS NOT NULL
    ), best AS (
      SELECT patient_id, part, max(weight) AS weight FROM found GROUP BY patient_id, part
    ), agreeing AS (
      SELECT patient_id, sum(weight) AS score, count(*) AS parts, max(count(*)) OVER () AS most_parts
      FROM best GROUP BY patient_id HAVING count(*) >= ${atLeast}
    )
    SELECT patient_id AS id, score FROM agreeing WHERE parts >= most_parts * ${share}::float8
    ORDER BY score DESC, patient_id DESC LIMIT ${count}`.execute(trx)
  return rows
}
