import { searchKey } from '@commonchart/subgraph'
import { areLettersSwapped, isOneLetterApart, nameWords, nicknamesOf, soundsOf } from './name-words.ts'
import type { PatientFacts } from './patient-facts.ts'
import { nationalDigits, numberKey } from './patient-terms.ts'
import type { SearchPart } from './search-text.ts'

export type SearchField =
  | 'DATE_OF_BIRTH'
  | 'EMAIL'
  | 'FIRST_NAME'
  | 'FORMER_NAME'
  | 'IDENTIFICATION'
  | 'LAST_NAME'
  | 'MIDDLE_NAME'
  | 'PHONE'
  | 'PREFERRED_NAME'
export type SearchManner = 'BEGINS' | 'ENDS' | 'EQUAL' | 'NICKNAME' | 'SOUND' | 'TYPO'

/** Why a part of the text fits a patient. */
export interface SearchReason {
  field: SearchField
  how: SearchManner
  text: string
}

const worth: Record<SearchManner, number> = {
  EQUAL: 1,
  NICKNAME: 0.8,
  BEGINS: 0.75,
  ENDS: 0.7,
  TYPO: 0.65,
  SOUND: 0.5,
}
const fieldWorth: Partial<Record<SearchField, number>> = {
  PREFERRED_NAME: 0.97,
  FORMER_NAME: 0.9,
  MIDDLE_NAME: 0.85,
}
type Weighed = SearchReason & { weight: number }

/** Why a patient fits a search, part by part, and how well: 1 when every part is there as it was written, 0 at worst. */
export function judgeHit(
  parts: SearchPart[],
  facts: PatientFacts,
): { score: number; reasons: SearchReason[] } {
  const names = namesOf(facts)
  const best = parts.map((part) => {
    const [first] = reasonsOf(part, facts, names).sort((one, other) => other.weight - one.weight)
    return first ?? null
  })
  const total = best.reduce((sum, each) => sum + (each?.weight ?? 0), 0)
  return {
    score: Math.round((total / Math.max(1, parts.length)) * 1e6) / 1e6,
    reasons: best.filter((each) => each !== null).map(({ weight: _weight, ...reason }) => reason),
  }
}

function namesOf(facts: PatientFacts): [SearchField, string[]][] {
  const former = facts.formerNames.flatMap(({ firstName, lastName }) => [firstName, lastName])
  return [
    ['LAST_NAME', nameWords(facts.lastName)],
    ['FIRST_NAME', nameWords(facts.firstName)],
    ['PREFERRED_NAME', nameWords(facts.preferredName ?? '')],
    ['MIDDLE_NAME', nameWords(facts.middleName ?? '')],
    ['FORMER_NAME', former.flatMap((name) => nameWords(name ?? ''))],
  ]
}

function reasonsOf(part: SearchPart, facts: PatientFacts, names: [SearchField, string[]][]): Weighed[] {
  const reasons: Weighed[] = []
  const because = (field: SearchField, how: SearchManner | null) => {
    if (how) reasons.push({ field, how, text: part.text, weight: worth[how] * (fieldWorth[field] ?? 1) })
  }
  const { word, days, year, email, digits, number } = part
  if (word !== undefined)
    for (const [field, words] of names)
      for (const own of words) because(field, compareWords(word, own, field))
  if (facts.dateOfBirth && days?.includes(facts.dateOfBirth)) because('DATE_OF_BIRTH', 'EQUAL')
  if (year && facts.dateOfBirth?.startsWith(`${year}-`)) because('DATE_OF_BIRTH', 'BEGINS')
  if (email) for (const own of facts.emails) because('EMAIL', compareTexts(email, searchKey(own)))
  if (digits)
    for (const own of facts.phones.map(nationalDigits)) {
      because('PHONE', compareTexts(digits, own))
      if (digits.length >= 7 && own.length > 7 && digits.endsWith(own.slice(-7))) because('PHONE', 'ENDS')
      if (digits.length >= 7 && own.endsWith(digits)) because('PHONE', 'ENDS')
    }
  if (number)
    for (const own of facts.numbers) because('IDENTIFICATION', compareTexts(number, numberKey(own.value)))
  return reasons
}

function compareTexts(asked: string, own: string): SearchManner | null {
  if (asked === own) return 'EQUAL'
  return own.startsWith(asked) ? 'BEGINS' : null
}

const firstNames = new Set<SearchField>(['FIRST_NAME', 'PREFERRED_NAME'])

function compareWords(asked: string, own: string, field: SearchField): SearchManner | null {
  if (asked === own) return 'EQUAL'
  if (firstNames.has(field) && nicknamesOf(asked).has(own)) return 'NICKNAME'
  if (own.startsWith(asked)) return 'BEGINS'
  if (asked.length > 3 && (isOneLetterApart(asked, own) || areLettersSwapped(asked, own))) return 'TYPO'
  const sounds = soundsOf(own)
  return soundsOf(asked).some((sound) => sounds.includes(sound)) ? 'SOUND' : null
}
