import { readFileSync } from 'node:fs'
import { Kind, parse } from 'graphql'

/** An operation of `examples.graphql` as it is written there, before ids are put into it. */
export interface ExampleTemplate {
  /** The root field, such as `Query.patients`. */
  field: string
  /** The name under which its answer is known to the examples after it. */
  key: string
  text: string
}

const file = new URL('../../../console/reference/examples.graphql', import.meta.url)
const placeholder = /"\{\{(#?)([^}]+)\}\}"/g

/** Reads the examples of the reference, in the order in which they run. */
export function readExamples(): ExampleTemplate[] {
  const text = readFileSync(file, 'utf8')
  // A number in the place of what is to become one; the positions in the text stay as they are.
  const parsable = text.replace(placeholder, (whole, isNumber) =>
    isNumber ? '1'.padEnd(whole.length) : whole,
  )
  return parse(parsable).definitions.map((node) => {
    if (node.kind !== Kind.OPERATION_DEFINITION) throw new Error('only operations are examples')
    const [root] = node.selectionSet.selections
    if (root?.kind !== Kind.FIELD || !node.loc) throw new Error('an example asks for one root field')
    const type = node.operation === 'mutation' ? 'Mutation' : 'Query'
    const { value: key } = root.name
    return { field: `${type}.${key}`, key, text: text.slice(node.loc.start, node.loc.end) }
  })
}

/** Puts what earlier examples were answered into an example. Throws when there is no such answer. */
export function fillExample({ field, text }: ExampleTemplate, answers: Record<string, unknown>): string {
  return text.replace(placeholder, (_, isNumber: string, path: string) => {
    const value = path
      .split('.')
      .reduce<unknown>((from, part) => (from as Record<string, unknown> | undefined)?.[part], answers)
    if (typeof value !== 'string' && typeof value !== 'number')
      throw new Error(`${field} needs ${path}, which nothing before it was answered`)
    return isNumber ? String(value) : JSON.stringify(String(value))
  })
}
