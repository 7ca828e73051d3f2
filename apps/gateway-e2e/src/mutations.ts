import assert from 'node:assert/strict'
import type { Answer } from './ask.ts'

export type AskGraph = (query: string, variables?: object) => Promise<Answer>
/** What a mutation gives; its shape is what each test asserts. */
export type Payload = NonNullable<NonNullable<Answer['body']['data']>[string]>

/** Sends a mutation that takes `input`, a list of it for imports, and gives the whole answer. */
export function attempt(
  ask: AskGraph,
  mutation: string,
  input: object | object[],
  selection: string,
): Promise<Answer> {
  const type = Array.isArray(input)
    ? `[${mutation.replace(/^i/, 'I').replace(/ies$/, 'y').replace(/s$/, '')}Input!]!`
    : `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input!`
  return ask(`mutation ($input: ${type}) { ${mutation}(input: $input) { ${selection} } }`, { input })
}

/** Sends a mutation as `attempt` does and gives its payload; fails with the whole answer when it is refused. */
export async function perform(
  ask: AskGraph,
  mutation: string,
  input: object | object[],
  selection: string,
): Promise<Payload> {
  const { body, text } = await attempt(ask, mutation, input, selection)
  assert.equal(body.errors, undefined, text)
  return body.data?.[mutation] as Payload
}

/** The code with which an answer refuses, or `accepted`. */
export function codeOf({ body }: Answer): unknown {
  return body.errors?.[0]?.extensions.code ?? 'accepted'
}

/**
 * Checks that a change is refused to those who have seen another version than there is, leaves the record as it was
 * then, and is made by those who have seen the version that there is. Gives the record after that.
 */
export async function assertGuardsVersion<Versioned extends { version: number }>(
  change: (expectedVersion: number) => Promise<Answer>,
  read: () => Promise<Versioned>,
): Promise<Versioned> {
  const before = await read()
  const refused = await change(before.version + 1)
  assert.equal(codeOf(refused), 'CONFLICT', refused.text)
  assert.deepEqual(await read(), before)
  const made = await change(before.version)
  assert.equal(codeOf(made), 'accepted', made.text)
  const after = await read()
  assert.equal(after.version, before.version + 1)
  return after
}
