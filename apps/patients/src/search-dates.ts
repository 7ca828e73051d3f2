const months = [
  ['january', 'janvier'],
  ['february', 'fevrier'],
  ['march', 'mars'],
  ['april', 'avril'],
  ['may', 'mai'],
  ['june', 'juin'],
  ['july', 'juillet'],
  ['august', 'aout'],
  ['september', 'septembre'],
  ['october', 'octobre'],
  ['november', 'novembre'],
  ['december', 'decembre'],
]

/** Days that a text can mean, and the text itself. */
export interface FoundDate {
  text: string
  days: string[]
}

type Reading = [pattern: RegExp, read: (found: string[]) => (string | null)[]]

const readings: Reading[] = [
  [/\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})\b/g, ([, y, m, d]) => [day(y, m, d)]],
  // Day and month change places from country to country: both are looked for.
  [
    /\b(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})\b/g,
    ([, a, b, y]) => yearsOf(y).flatMap((year) => [day(year, b, a), day(year, a, b)]),
  ],
  [/\b(\d{1,2})(?:er)? ([a-z]{3,9})\.?,? (\d{4})\b/g, ([, d, m, y]) => [day(y, monthOf(m), d)]],
  [/\b([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b/g, ([, m, d, y]) => [day(y, monthOf(m), d)]],
  [/\b(\d{4}) ([a-z]{3,9})\.? (\d{1,2})\b/g, ([, y, m, d]) => [day(y, monthOf(m), d)]],
]

/** Takes dates, in any usual form, English or French, out of a text that is in lower case and without marks. */
export function takeDates(text: string): { dates: FoundDate[]; rest: string } {
  const dates: FoundDate[] = []
  let rest = text
  for (const [pattern, read] of readings)
    rest = rest.replace(pattern, (whole, ...groups: unknown[]) => {
      const found = [whole, ...groups.filter((group) => typeof group === 'string').slice(0, 3)]
      const days = [...new Set(read(found).filter((each) => each !== null))]
      if (days.length === 0) return whole
      dates.push({ text: whole, days })
      return ' '
    })
  return { dates, rest }
}

/** The day that eight digits without separators mean, or null. */
export function dayOfDigits(digits: string): string | null {
  return /^\d{8}$/.test(digits) ? day(digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)) : null
}

function day(year?: string, month?: string | null, date?: string): string | null {
  if (!year || !month || !date) return null
  const text = `${year}-${month.padStart(2, '0')}-${date.padStart(2, '0')}`
  const time = Date.parse(`${text}T00:00:00Z`)
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? text : null
}

function yearsOf(year = ''): string[] {
  return year.length === 2 ? [`19${year}`, `20${year}`] : [year]
}

function monthOf(name = ''): string | null {
  const at = months.findIndex((names) => names.some((each) => each.startsWith(name)))
  // `jui` and `ma` could be two months.
  const isSure = months.filter((names) => names.some((each) => each.startsWith(name))).length === 1
  return at >= 0 && (isSure || name === 'mar') ? String(at + 1) : null
}
