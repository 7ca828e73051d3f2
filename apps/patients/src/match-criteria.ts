import { isOneLetterApart, nameKey, nicknamesOf } from './name-words.ts'
import type { PersonFacts } from './patient-facts.ts'
import { numberKey } from './patient-terms.ts'

export type Criterion = 'DATE_OF_BIRTH' | 'FIRST_NAME' | 'IDENTIFICATION' | 'LAST_NAME' | 'SEX'
export type Confidence = 'HIGH' | 'LOW' | 'MEDIUM'
export type Agreement = 'EQUAL' | 'FORMER_NAME' | 'NICKNAME' | 'ONE_LETTER_APART' | 'OTHER_SYSTEM' | 'SWAPPED'

/** Whether one criterion agrees, and how; `how` is null when it does not. */
export interface JudgedCriterion {
  criterion: Criterion
  agrees: boolean
  how: Agreement | null
}

/** What of a person is compared; what is not known agrees with nobody. */
export type ComparedPerson = Partial<
  Pick<PersonFacts, 'firstName' | 'lastName' | 'dateOfBirth' | 'gender' | 'numbers' | 'formerNames'>
>

/** Judges CHR's five criteria for two persons, always in the same order. */
export function judgeCriteria(one: ComparedPerson, other: ComparedPerson): JudgedCriterion[] {
  const judged: [Criterion, Agreement | null][] = [
    ['IDENTIFICATION', compareNumbers(one, other)],
    ['DATE_OF_BIRTH', compareEqual(one.dateOfBirth, other.dateOfBirth)],
    ['SEX', compareEqual(one.gender, other.gender)],
    ['LAST_NAME', compareLastNames(one, other)],
    ['FIRST_NAME', compareFirstNames(one, other)],
  ]
  return judged.map(([criterion, how]) => ({ criterion, how, agrees: how !== null }))
}

/**
 * High when all five criteria agree; medium when identification, date of birth and another one do, or all but the
 * identification; low when three others than the identification do; otherwise null, for they are two persons.
 */
export function confidenceOf(criteria: JudgedCriterion[]): Confidence | null {
  const agreeing = new Set(criteria.filter(({ agrees }) => agrees).map(({ criterion }) => criterion))
  const isIdentified = agreeing.has('IDENTIFICATION')
  const others = agreeing.size - (isIdentified ? 1 : 0)
  if (agreeing.size === 5) return 'HIGH'
  if (others === 4 || (isIdentified && agreeing.has('DATE_OF_BIRTH') && others >= 2)) return 'MEDIUM'
  return others >= 3 ? 'LOW' : null
}

function compareEqual(one: string | null | undefined, other: string | null | undefined): Agreement | null {
  return one && one === other ? 'EQUAL' : null
}

function compareNumbers(one: ComparedPerson, other: ComparedPerson): Agreement | null {
  let how: Agreement | null = null
  for (const mine of one.numbers ?? [])
    for (const theirs of other.numbers ?? []) {
      const key = numberKey(mine.value)
      if (key === '' || key !== numberKey(theirs.value)) continue
      if (mine.templateId === theirs.templateId) return 'EQUAL'
      how = 'OTHER_SYSTEM'
    }
  return how
}

function compareLastNames(one: ComparedPerson, other: ComparedPerson): Agreement | null {
  const [mine, theirs] = [nameKey(one.lastName ?? ''), nameKey(other.lastName ?? '')]
  if (mine === '' || theirs === '') return null
  if (mine === theirs) return 'EQUAL'
  if (formerLastNames(one).includes(theirs) || formerLastNames(other).includes(mine)) return 'FORMER_NAME'
  const isLong = Math.max(mine.length, theirs.length) >= 5
  return isLong && isOneLetterApart(mine, theirs) ? 'ONE_LETTER_APART' : null
}

function formerLastNames({ formerNames }: ComparedPerson): string[] {
  return (formerNames ?? []).map(({ lastName }) => nameKey(lastName ?? '')).filter((name) => name !== '')
}

function compareFirstNames(one: ComparedPerson, other: ComparedPerson): Agreement | null {
  const [mine, theirs] = [nameKey(one.firstName ?? ''), nameKey(other.firstName ?? '')]
  if (mine === '' || theirs === '') return null
  if (mine === theirs) return 'EQUAL'
  if (isNickname(one.firstName ?? '', other.firstName ?? '')) return 'NICKNAME'
  const isSwapped = mine === nameKey(other.lastName ?? '') && theirs === nameKey(one.lastName ?? '')
  return isSwapped ? 'SWAPPED' : null
}

/** Tells whether a first name is what the other is called: `Bob` of `Robert`, also of `Robert James`. */
function isNickname(one: string, other: string): boolean {
  const namesOf = (name: string) => [nameKey(name), nameKey(name.trim().split(/\s/)[0] ?? '')]
  const [mine, theirs] = [namesOf(one), namesOf(other)]
  return mine.some((word) => theirs.some((each) => nicknamesOf(word).has(each)))
}
