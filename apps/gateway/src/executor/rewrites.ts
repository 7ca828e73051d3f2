import type { FetchDataRewrite } from '@apollo/query-planner'
import type { GraphQLSchema } from 'graphql'
import { isFields } from './merge.ts'
import { isOfType } from './requires.ts'

const fragment = '... on '

/** Applies a query plan's rewrites to the data that goes into, or came out of, a fetch. */
export function applyRewrites(
  schema: GraphQLSchema,
  rewrites: readonly FetchDataRewrite[] | undefined,
  value: unknown,
): void {
  for (const rewrite of rewrites ?? []) applyAt(schema, rewrite, rewrite.path, value)
}

function applyAt(
  schema: GraphQLSchema,
  rewrite: FetchDataRewrite,
  path: readonly string[],
  value: unknown,
): void {
  if (Array.isArray(value)) {
    for (const element of value) applyAt(schema, rewrite, path, element)
    return
  }
  const [step, ...rest] = path
  if (!isFields(value) || step === undefined) return
  if (step.startsWith(fragment)) {
    if (isOfType(schema, value, step.slice(fragment.length), true)) applyAt(schema, rewrite, rest, value)
  } else if (rest.length > 0) {
    applyAt(schema, rewrite, rest, value[step])
  } else if (rewrite.kind === 'ValueSetter') {
    value[step] = rewrite.setValueTo
  } else if (value[step]) {
    value[rewrite.renameKeyTo] = value[step]
    value[step] = undefined
  }
}
