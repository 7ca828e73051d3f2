import { searchKey } from '@commonchart/subgraph'
import { sql, type Transaction } from 'kysely'
import { nameKey, nameWords, slipsOf, soundsOf } from './name-words.ts'
import { readPatientFacts, type PersonFacts } from './patient-facts.ts'
import type { PatientRow, PatientTermRow, Tables } from './tables.ts'

export type TermKind = 'birth' | 'email' | 'name' | 'number' | 'pair' | 'phone' | 'slip' | 'sound'
export interface Term {
  kind: TermKind
  term: string
}

const longestTerm = 200

/** An identification as it is compared: letters and digits only. */
export function numberKey(value: string): string {
  return nameKey(value).slice(0, longestTerm)
}

/** The digits of a phone number as they are compared: without the `1` that dials North America. */
export function nationalDigits(digits: string): string {
  return digits.length === 11 && digits.startsWith('1') ? digits.slice(1) : digits
}

/** First and last name together, in either order: so that two common names lead to their few common bearers. */
export function pairKey(firstName: string, lastName: string): string {
  return [nameKey(firstName), nameKey(lastName)].sort().join(' ').slice(0, longestTerm)
}

/** Everything that a person can be found by. */
export function termsOf(person: PersonFacts): Term[] {
  const terms = new Map<string, Term>()
  const add = (kind: TermKind, term: string) => {
    if (term !== '') terms.set(`${kind} ${term}`, { kind, term })
  }
  const names = [person, ...person.formerNames].map(({ firstName, lastName }) => ({
    firstName: firstName ?? person.firstName,
    lastName: lastName ?? person.lastName,
  }))
  for (const { firstName, lastName } of names) add('pair', pairKey(firstName, lastName))
  const borne = names.flatMap(({ firstName, lastName }) => [firstName, lastName])
  for (const name of [...borne, person.middleName, person.preferredName])
    for (const word of nameWords(name ?? '')) {
      add('name', word)
      for (const slip of slipsOf(word)) add('slip', slip)
      for (const sound of soundsOf(word)) add('sound', sound)
    }
  if (person.dateOfBirth) add('birth', person.dateOfBirth)
  for (const email of person.emails) add('email', searchKey(email).slice(0, longestTerm))
  for (const digits of person.phones.map(nationalDigits)) {
    add('phone', digits.slice(0, longestTerm))
    if (digits.length > 7) add('phone', digits.slice(-7))
  }
  for (const { value } of person.numbers) add('number', numberKey(value))
  return [...terms.values()]
}

const found: (keyof PatientRow | 'identifications' | 'formerNames')[] = [
  ...(['firstName', 'lastName', 'middleName', 'preferredName', 'dateOfBirth', 'email'] as const),
  ...(['phone', 'homePhone', 'officePhone', 'identifications', 'formerNames'] as const),
]

/** Tells whether an input changes what a patient is found by. */
export function touchesTerms(input: Record<string, unknown>): boolean {
  return found.some((name) => input[name] !== undefined)
}

/** Makes the terms of patients what follows from their records as they are now. Call it after every change of one. */
export async function refreshTerms(
  { trx, domainId }: { trx: Transaction<Tables>; domainId: number },
  ids: string[],
): Promise<void> {
  const facts = await readPatientFacts(trx, domainId, ids)
  const there = await trx
    .selectFrom('patientTerm')
    .select(['kind', 'term', 'patientId'])
    .where('domainId', '=', domainId)
    .where('patientId', 'in', ids)
    .execute()
  const heldBy = Map.groupBy(there, (row) => row.patientId)
  const missing: PatientTermRow[] = []
  for (const [id, each] of facts) {
    // Whoever looks for a merged chart is led to the one in which it goes on.
    const wanted = each.mergedInto === null ? termsOf(each) : []
    const keys = new Set(wanted.map(({ kind, term }) => `${kind} ${term}`))
    const held = heldBy.get(id) ?? []
    const heldKeys = new Set(held.map(({ kind, term }) => `${kind} ${term}`))
    const stale = held.filter(({ kind, term }) => !keys.has(`${kind} ${term}`))
    if (stale.length > 0) await deleteAll(trx, domainId, id, stale)
    const added = wanted.filter(({ kind, term }) => !heldKeys.has(`${kind} ${term}`))
    missing.push(...rowsOf(domainId, id, added))
  }
  await insertAll(trx, missing)
}

function rowsOf(domainId: number, patientId: string, terms: Term[]): PatientTermRow[] {
  return terms.map(({ kind, term }) => ({ domainId, kind, term, patientId }))
}

async function insertAll(trx: Transaction<Tables>, rows: PatientTermRow[]): Promise<void> {
  if (rows.length === 0) return
  const column = (name: 'kind' | 'term' | 'patientId') => rows.map((row) => row[name])
  await sql`
    INSERT INTO patient_term (domain_id, kind, term, patient_id)
    SELECT ${rows[0]?.domainId}::integer, each.kind, each.term, each.patient_id
    FROM unnest(${column('kind')}::text[], ${column('term')}::text[], ${column('patientId')}::bigint[])
      AS each (kind, term, patient_id)
    ON CONFLICT DO NOTHING`.execute(trx)
}

function deleteAll(
  trx: Transaction<Tables>,
  domainId: number,
  patientId: string,
  terms: Pick<PatientTermRow, 'kind' | 'term'>[],
): Promise<unknown> {
  return trx
    .deleteFrom('patientTerm')
    .where('domainId', '=', domainId)
    .where('patientId', '=', patientId)
    .where((row) => row.or(terms.map(({ kind, term }) => row.and({ kind, term }))))
    .execute()
}
