import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { format } from 'prettier'

/** An example as the reference shows it. */
export interface ShownExample {
  /** The root field, such as `Query.patients`. */
  field: string
  query: string
  /** The scopes that the gateway asked for. */
  scopes: string[]
  answer: unknown
}

const file = new URL('../../../console/reference/examples.json', import.meta.url)

/** Reads the examples that the reference shows now. */
export function readShownExamples(): ShownExample[] {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as ShownExample[]) : []
}

/**
 * Writes the examples that the reference shows. One that is asked and answered in the same shape as before stays as it
 * was, so that ids and times of another run change nothing.
 */
export async function writeShownExamples(examples: ShownExample[]): Promise<void> {
  const before = readShownExamples()
  const kept = examples.map((example) => before.find((each) => isAlike(each, example)) ?? example)
  writeFileSync(file, await format(JSON.stringify(kept), { parser: 'json', printWidth: 110 }))
}

/** Whether two examples differ in nothing but ids, times and other values. */
export function isAlike(one: ShownExample, other: ShownExample): boolean {
  return (
    one.field === other.field &&
    one.scopes.join() === other.scopes.join() &&
    withoutValues(one.query) === withoutValues(other.query) &&
    JSON.stringify(shapeOf(one.answer)) === JSON.stringify(shapeOf(other.answer))
  )
}

function withoutValues(query: string): string {
  return query.replace(/"[^"]*"/g, '""').replace(/\b\d+\b/g, '0')
}

function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(shapeOf)
  if (value === null || typeof value !== 'object') return value === null ? 'null' : typeof value
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]))
}
