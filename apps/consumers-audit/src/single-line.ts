import type { Violations } from '@commonchart/errors'

/**
 * Reads a text of one line, such as a name: outer spaces go. Adds a violation when nothing is left, when it is longer
 * than `longest` characters, or when it holds a control character; then gives ''.
 */
export function readLine(text: string | null, path: string, violations: Violations, longest = 255): string {
  const line = text?.trim() ?? ''
  if (line === '') violations.add(path, 'REQUIRED', 'This must not be empty.')
  else if ([...line].length > longest)
    violations.add(path, 'TOO_LONG', `This has at most ${longest} characters.`)
  else if (/\p{Cc}/u.test(line)) violations.add(path, 'CONTROL_CHARACTER', 'This is one line of plain text.')
  else return line
  return ''
}
