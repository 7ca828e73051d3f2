import { refusal } from '@commonchart/errors'
import { parseId } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import { findCandidates, type Lookup } from './candidates.ts'
import type { Context } from './context.ts'
import { confidenceOf, judgeCriteria, type Confidence, type JudgedCriterion } from './match-criteria.ts'
import { nameKey, nicknamesOf, slipsOf } from './name-words.ts'
import { readPatientFacts, type PatientFacts, type PersonFacts } from './patient-facts.ts'
import { numberKey, pairKey } from './patient-terms.ts'
import type { Tables } from './tables.ts'

export interface PatientMatchesInput {
  patientId?: string | null
  firstName?: string | null
  lastName?: string | null
  formerLastNames?: string[] | null
  dateOfBirth?: string | null
  gender?: string | null
  identifications?: { value: string; templateId?: number | null }[] | null
  includeArchived?: boolean | null
}

/** A patient who may be the person that was described, and why. */
export interface PatientMatch {
  patientId: string
  confidence: Confidence
  criteria: JudgedCriterion[]
}

/** Who is looked for: what is known of a person. */
export type WantedPerson = Pick<
  PersonFacts,
  'firstName' | 'lastName' | 'dateOfBirth' | 'gender' | 'numbers' | 'formerNames'
>

const mostCandidates = 100
const order: Confidence[] = ['HIGH', 'MEDIUM', 'LOW']

/** Finds patients who may be the person described, by CHR's five criteria, the most certain first. */
export function listPatientMatches(context: Context, input: PatientMatchesInput): Promise<PatientMatch[]> {
  return context.read(async (trx) => {
    const known = input.patientId ? await getFacts(trx, context.domainId, input.patientId) : null
    const wanted: WantedPerson = {
      firstName: input.firstName ?? known?.firstName ?? '',
      lastName: input.lastName ?? known?.lastName ?? '',
      dateOfBirth: input.dateOfBirth ?? known?.dateOfBirth ?? null,
      gender: input.gender ?? known?.gender ?? null,
      numbers:
        input.identifications?.map(({ value, templateId }) => ({ value, templateId: templateId ?? null })) ??
        known?.numbers ??
        [],
      formerNames:
        input.formerLastNames?.map((lastName) => ({ firstName: null, lastName })) ?? known?.formerNames ?? [],
    }
    return findMatches(trx, context.domainId, wanted, {
      except: known?.id ?? null,
      includeArchived: input.includeArchived === true,
    })
  })
}

async function getFacts(trx: Transaction<Tables>, domainId: number, id: string): Promise<PatientFacts> {
  const key = parseId(id)
  const facts = key === null ? undefined : (await readPatientFacts(trx, domainId, [key])).get(key)
  if (!facts)
    throw refusal('NOT_FOUND', 'There is no such patient in this domain.', { path: 'input.patientId' })
  return facts
}

/** Finds the patients that agree with a person on enough criteria. Merged charts are never among them. */
export async function findMatches(
  trx: Transaction<Tables>,
  domainId: number,
  wanted: WantedPerson,
  { except = null, includeArchived = false }: { except?: string | null; includeArchived?: boolean } = {},
): Promise<PatientMatch[]> {
  const candidates = await findCandidates(trx, domainId, lookupsOfPerson(wanted), {
    count: mostCandidates,
    atLeast: 2,
  })
  const ids = candidates.map(({ id }) => id).filter((id) => id !== except)
  const facts = await readPatientFacts(trx, domainId, ids)
  const matches = ids.flatMap((id): PatientMatch[] => {
    const found = facts.get(id)
    if (!found || found.mergedInto !== null || (found.archived && !includeArchived)) return []
    const criteria = judgeCriteria(wanted, found)
    const confidence = confidenceOf(criteria)
    return confidence ? [{ patientId: id, confidence, criteria }] : []
  })
  return matches.sort((one, other) => order.indexOf(one.confidence) - order.indexOf(other.confidence))
}

/** Who reaches any confidence agrees on two of these at least: number, date of birth, last name, first name. */
const parts = { number: 0, birth: 1, lastName: 2, firstName: 3 }
const mostNames = 20
const most = { exact: 2000, near: 400 }

function lookupsOfPerson(wanted: WantedPerson): Lookup[] {
  const lookups: Lookup[] = []
  const add = (part: number, kind: Lookup['kind'], term: string, weight: number, count: number) => {
    if (term !== '') lookups.push({ part, kind, term, weight, most: count })
  }
  for (const { value } of wanted.numbers) add(parts.number, 'number', numberKey(value), 4, most.near)
  if (wanted.dateOfBirth) add(parts.birth, 'birth', wanted.dateOfBirth, 3, most.exact)
  const [first, last] = [nameKey(wanted.firstName), nameKey(wanted.lastName)]
  if (first && last) {
    // Both names are found at once by the pair; it counts as both.
    for (const part of [parts.firstName, parts.lastName])
      add(part, 'pair', pairKey(wanted.firstName, wanted.lastName), 2, most.near)
  }
  const formerNames = wanted.formerNames.map(({ lastName }) => nameKey(lastName ?? ''))
  for (const name of new Set([last, ...formerNames].slice(0, mostNames)))
    add(parts.lastName, 'name', name, 1, most.exact)
  if (last.length >= 4) for (const slip of slipsOf(last)) add(parts.lastName, 'slip', slip, 0.6, most.near)
  for (const name of [first, ...firstWordsOf(wanted.firstName)]) {
    add(parts.firstName, 'name', name, 1, most.exact)
    for (const other of nicknamesOf(name)) add(parts.firstName, 'name', other, 0.8, most.exact)
  }
  return lookups
}

function firstWordsOf(firstName: string): string[] {
  const [word = ''] = firstName.trim().split(/\s/)
  const key = nameKey(word)
  return key === nameKey(firstName) ? [] : [key]
}
