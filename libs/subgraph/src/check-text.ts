import type { Violations } from '@commonchart/errors'

/** Longer texts are refused unless a field says otherwise: no name, title or note comes near it. */
const longestText = 1000

/** Adds to `violations` that a text is too long, holds what cannot be stored, or is blank where something must be said. */
export function checkText(
  text: string | null | undefined,
  { isRequired = false, longest = longestText }: { isRequired?: boolean; longest?: number },
  violations: Violations,
  path: string,
): void {
  if (text === undefined) return
  if (isRequired && (text === null || text.trim() === ''))
    violations.add(path, 'REQUIRED', 'It must not be blank.')
  if (text === null) return
  if (text.length > longest) violations.add(path, 'MAX_LENGTH', `It has more than ${longest} characters.`)
  if (text.includes('\0') || !text.isWellFormed())
    violations.add(path, 'UNREADABLE', 'It holds characters that cannot be stored.')
}
