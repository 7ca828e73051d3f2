import { RE2JS } from 're2js'

/** Longer patterns are refused: together with RE2's own bounds on repeats this keeps a check to milliseconds. */
export const longestFormat = 200

const compiled = new Map<string, RE2JS>()
const mostCompiled = 500

/** Tells whether a text is a regular expression that values can be checked by: RE2 syntax, without look-around and back-references. */
export function isFormat(format: string): boolean {
  if (format.length > longestFormat) return false
  try {
    compile(format)
    return true
  } catch {
    return false
  }
}

/**
 * Tells whether the whole value matches a format. Runs in time linear to the length of the value, whatever the format is,
 * so that no pattern can hang the service. A format that is none, stored before it was checked, matches everything.
 */
export function fitsFormat(format: string, value: string): boolean {
  return !isFormat(format) || compile(format).matches(value)
}

function compile(format: string): RE2JS {
  const known = compiled.get(format)
  if (known) return known
  const made = RE2JS.compile(format)
  if (compiled.size >= mostCompiled) compiled.clear()
  compiled.set(format, made)
  return made
}
