/** Words that say nothing of what they stand beside. */
const empty = new Set(
  'a an and any are as at be by for given has have in is it its of on or that the their them this those to was which who whose whether with'.split(
    ' ',
  ),
)

/**
 * Whether a description says nothing that the name of the element and of what it belongs to does not say: `firstName` as "The
 * first name of the patient.". What stands in backticks is a word as others are.
 */
export function restatesName(coordinate: string, description: string): boolean {
  const known = new Set(wordsOf(coordinate))
  const said = wordsOf(description.replace(/\(ours\)|['’]s\b/g, '')).filter((word) => !empty.has(word))
  return said.every((word) => known.has(word))
}

/** The words of a name or a sentence: small, without the marks of plural and participle. */
function wordsOf(text: string): string[] {
  return text
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
    .map((word) => word.replace(/(?<=..)(?:ies|y)$/, 'i').replace(/(?<=...)(?:es|s)$/, ''))
}
