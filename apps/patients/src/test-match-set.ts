import type { PersonFacts } from './patient-facts.ts'

/** A chart of the set: who it is of, and what stands in it. */
export interface SetChart extends PersonFacts {
  person: number
  city: string
}

/** How many of each kind of pair the set has; each pair is two charts. */
export const pairCounts = {
  ...{ 'married name': 60, typo: 60, swapped: 40, nickname: 40, 'other template': 60, 'moved house': 40 },
  ...{ twins: 100, namesakes: 200 },
}
export type PairKind = keyof typeof pairCounts
/** Kinds of pairs that are two persons. */
export const apart: PairKind[] = ['twins', 'namesakes']

export interface MatchSet {
  charts: SetChart[]
  pairs: { kind: PairKind; one: number; other: number }[]
}

/** A generator of numbers from 0 to 1 that a seed determines (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** First names with what people call their bearers. */
const called = [
  ...['Robert Bob', 'William Bill', 'Elizabeth Liz', 'Margaret Peggy', 'Katherine Kate', 'Michael Mike'],
  ...['Richard Dick', 'James Jim', 'Jennifer Jenny', 'Christopher Chris', 'Anthony Tony', 'Deborah Debbie'],
  ...['Thomas Tom', 'Patricia Trish', 'Joseph Joe', 'Susan Sue', 'Frédéric Fred', 'Alexandre Alex'],
  ...['Gabrielle Gaby', 'Benjamin Ben', 'Victoria Vicky', 'Samuel Sam', 'Charles Charlie', 'Édouard Eddy'],
].map((pair) => pair.split(' ') as [string, string])
const firstNames = [
  ...'Aaron Beatrice Caleb Dalia Emil Farah Gordon Hana Imran Jasmine Kiran Leila Marco Nadia Omar Priya'.split(
    ' ',
  ),
  ...'Quentin Rosa Stefan Tara Umar Violet Wen Ximena Yusuf Zara Hélène Luc Noémie Olivier Sylvie Thérèse'.split(
    ' ',
  ),
  ...called.map(([name]) => name),
]
const syllables = [
  'ba',
  'cher',
  'dor',
  'el',
  'fen',
  'gar',
  'hol',
  'ing',
  'kov',
  'lan',
  'mar',
  'nor',
  'pel',
  'ras',
]
const endings = ['son', 'ski', 'ton', 'ault', 'eau', 'ova', 'ez', 'wood', 'field', 'er', 'berg', 'man']
const genders = ['MALE', 'FEMALE', 'OTHER']
const cities = ['Victoria', 'Hope', 'Nelson', 'Laval', 'Gander', 'Whitehorse']

/** Makes 2 000 charts from a seed: pairs that are one person, pairs that only look like it, and others. */
export function createMatchSet(seed: number): MatchSet {
  const random = createRandom(seed)
  const pick = <Value>(values: readonly Value[]): Value =>
    values[Math.floor(random() * values.length)] as Value
  const digits = (count: number) => Array.from({ length: count }, () => Math.floor(random() * 10)).join('')
  const lastName = () => {
    const name = pick(syllables) + (random() < 0.6 ? pick(syllables) : '') + pick(endings)
    return name.charAt(0).toUpperCase() + name.slice(1)
  }
  const birth = () =>
    new Date(Date.UTC(1930, 0, 1) + Math.floor(random() * 31_000) * 86_400_000).toISOString().slice(0, 10)
  let persons = 0
  const create = (more: Partial<SetChart> = {}): SetChart => ({
    person: (persons += 1),
    ...{ firstName: pick(firstNames), lastName: lastName(), dateOfBirth: birth(), gender: pick(genders) },
    ...{ city: pick(cities), emails: [], phones: [], formerNames: [] },
    numbers: random() < 0.7 ? [{ value: digits(10), templateId: 1 }] : [],
    ...more,
  })
  /** The same person once more; a number of one template is on the record only once. */
  const again = (chart: SetChart, more: Partial<SetChart>): SetChart => ({ ...chart, numbers: [], ...more })
  /** Another letter, one less or one more, in a word. */
  const mistype = (word: string) => {
    const at = 1 + Math.floor(random() * (word.length - 1))
    const letter = pick([...'abcdefghijklmnopqrstuvwxyz'].filter((each) => each !== word[at]))
    return pick([
      word.slice(0, at) + letter + word.slice(at + 1),
      word.slice(0, at) + word.slice(at + 1),
      word.slice(0, at) + letter + word.slice(at),
    ])
  }
  let made = 0
  const second: Record<PairKind, (chart: SetChart) => [SetChart, SetChart]> = {
    'married name': (chart) => {
      const former = { firstName: null, lastName: chart.lastName }
      return [chart, again(chart, { lastName: lastName(), formerNames: [former] })]
    },
    // One of five strikes the first name, where the criteria forgive none.
    typo: (chart) => [
      chart,
      (made += 1) % 5 === 0
        ? again(chart, { firstName: mistype(chart.firstName) })
        : again(chart, { lastName: mistype(chart.lastName) }),
    ],
    swapped: (chart) => [chart, again(chart, { firstName: chart.lastName, lastName: chart.firstName })],
    nickname: (chart) => {
      const [name, nickname] = pick(called)
      return [{ ...chart, firstName: name }, again(chart, { firstName: nickname })]
    },
    'other template': (chart) => {
      const value = digits(10)
      const spaced = `${value.slice(0, 4)} ${value.slice(4, 7)}-${value.slice(7)}`
      const withNumber = { ...chart, numbers: [{ value, templateId: 1 }] }
      return [withNumber, again(chart, { numbers: [{ value: spaced, templateId: 2 }] })]
    },
    'moved house': (chart) => [chart, again(chart, { city: pick(cities), phones: [`604${digits(7)}`] })],
    twins: (chart) => {
      const others = firstNames.filter((name) => name !== chart.firstName)
      const gender = random() < 0.5 ? chart.gender : pick(genders)
      return [
        chart,
        create({
          ...{ firstName: pick(others), lastName: chart.lastName, gender },
          ...{ dateOfBirth: chart.dateOfBirth, city: chart.city },
        }),
      ]
    },
    namesakes: (chart) => {
      const { firstName, lastName: last, gender } = chart
      return [chart, create({ firstName, lastName: last, gender })]
    },
  }
  const set: MatchSet = { charts: [], pairs: [] }
  for (const [kind, count] of Object.entries(pairCounts) as [PairKind, number][])
    for (let n = 0; n < count; n += 1) {
      const at = set.charts.push(...second[kind](create()))
      set.pairs.push({ kind, one: at - 2, other: at - 1 })
    }
  while (set.charts.length < 2000) set.charts.push(create())
  return set
}
