import { searchKey } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import type { PresentingIssueRecord } from './presenting-issues.ts'

/** So much of a key is stored and compared: an index takes no more than 2.7 KB of a row. */
const mostCharacters = 200
/** So many words of a searchable phrase are found. */
const mostWords = 50

/** The part of a search key that is stored and compared. */
export function longestTerm(key: string): string {
  return [...key].slice(0, mostCharacters).join('')
}

/** Each phrase from each of its words on. */
function tailsOf(phrase: string): string[] {
  const words = searchKey(phrase).split(' ')
  return words.slice(0, mostWords).map((_, at) => words.slice(at).join(' '))
}

/** Puts the terms that a presenting issue is found by in place of those that it was found by. */
export async function replaceTerms(
  { trx, domainId }: AppointmentsChange,
  row: PresentingIssueRecord,
): Promise<void> {
  const presentingIssueId = row.id
  await trx
    .deleteFrom('presentingIssueTerm')
    .where('domainId', '=', domainId)
    .where('presentingIssueId', '=', presentingIssueId)
    .execute()
  const valuesOf = (texts: { value: string }[]) => texts.map(({ value }) => value)
  const names = [row.name, ...valuesOf(row.localizedName)].map(searchKey)
  const phrases = [row.searchablePhrase ?? '', ...valuesOf(row.localizedSearchablePhrase)].flatMap(tailsOf)
  const rowsOf = (kind: 'NAME' | 'PHRASE', keys: string[]) =>
    [...new Set(keys.map(longestTerm))]
      .filter((termKey) => termKey !== '')
      .map((termKey) => ({ domainId, kind, termKey, presentingIssueId }))
  const rows = [...rowsOf('NAME', names), ...rowsOf('PHRASE', phrases)]
  if (rows.length > 0) await trx.insertInto('presentingIssueTerm').values(rows).execute()
}
