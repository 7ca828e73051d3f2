import { getNamedType, getNullableType, isEnumType, isInputObjectType, isListType } from 'graphql'
import type { GraphQLArgument, GraphQLInputType } from 'graphql'
import { stable } from './calls.ts'
import type { Call } from './calls.ts'

/** A value that was sent, and the coordinates that lead to it: the argument, then the input fields down to the value. */
export type SentValue = { chain: string[]; name: string; value: unknown }

/** Lists the leaves of the arguments of a call: what is neither null nor the schema's default nor an empty value. */
export function sentValues(call: Call): SentValue[] {
  return call.field.args.flatMap((argument) =>
    leaves(argument, call.args[argument.name], [argumentCoordinate(call, argument.name)]),
  )
}

export function argumentCoordinate(call: Call, name: string): string {
  return `${call.type.name}.${call.field.name}(${name}:)`
}

function leaves(
  input: Pick<GraphQLArgument, 'name' | 'type' | 'defaultValue'>,
  value: unknown,
  chain: string[],
): SentValue[] {
  const named = getNamedType(input.type)
  if (value === null || value === undefined || stable(value) === stable(input.defaultValue)) return []
  if (isInputObjectType(named)) {
    return [value]
      .flat(Infinity)
      .flatMap((object: unknown) =>
        Object.values(named.getFields()).flatMap((field) =>
          leaves(field, (object as Record<string, unknown> | null)?.[field.name], [
            ...chain,
            `${named.name}.${field.name}`,
          ]),
        ),
      )
  }
  const empty = value === false || value === 0 || value === '' || (Array.isArray(value) && value.length === 0)
  return empty && input.defaultValue === undefined ? [] : [{ chain, name: input.name, value }]
}

/** The enum values among what a call sent, whatever the default. */
export function sentEnumValues(call: Call): string[] {
  const walk = (type: GraphQLInputType, value: unknown): string[] => {
    const named = getNamedType(type)
    return [value].flat(Infinity).flatMap((one: unknown) => {
      if (one === null || one === undefined) return []
      if (isEnumType(named)) return [`${named.name}.${String(one)}`]
      if (!isInputObjectType(named)) return []
      const fields = Object.values(named.getFields())
      return fields.flatMap((field) => walk(field.type, (one as Record<string, unknown>)[field.name]))
    })
  }
  return call.field.args.flatMap((argument) => walk(argument.type, call.args[argument.name]))
}

/**
 * Tells in which single element two calls of one field differ: the argument and, as far as the difference can be
 * followed into one place of it, the input fields. Nothing when they differ in more than one argument or in none.
 */
export function singleDifference(a: Call, b: Call): string[] {
  const changed = a.field.args.filter(
    ({ name }) => stable(a.args[name] ?? null) !== stable(b.args[name] ?? null),
  )
  const argument = changed[0]
  if (changed.length !== 1 || !argument) return []
  const within = follow(argument.type, a.args[argument.name], b.args[argument.name])
  return [argumentCoordinate(a, argument.name), ...within]
}

function follow(type: GraphQLInputType, a: unknown, b: unknown): string[] {
  const bare = getNullableType(type)
  if (isListType(bare)) {
    const [left, right] = [toList(a), toList(b)]
    if (left.length !== right.length && Math.min(left.length, right.length) > 0) return []
    const length = Math.max(left.length, right.length)
    const places = Array.from({ length }, (_, at) => at).filter(
      (at) => stable(left[at] ?? null) !== stable(right[at] ?? null),
    )
    const place = places[0]
    return places.length === 1 && place !== undefined ? follow(bare.ofType, left[place], right[place]) : []
  }
  if (!isInputObjectType(bare)) return []
  const [left, right] = [(a ?? {}) as Record<string, unknown>, (b ?? {}) as Record<string, unknown>]
  const fields = Object.values(bare.getFields())
  const changed = fields.filter(({ name }) => stable(left[name] ?? null) !== stable(right[name] ?? null))
  const field = changed[0]
  if (changed.length !== 1 || !field) return []
  return [`${bare.name}.${field.name}`, ...follow(field.type, left[field.name], right[field.name])]
}

function toList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : value === null || value === undefined ? [] : [value]
}
