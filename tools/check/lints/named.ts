import { getNamedType, isEnumType, isInputObjectType, isObjectType, type GraphQLNamedType } from 'graphql'
import { listElements, type Element } from '../elements.ts'
import type { Fault, Lint } from './lint.ts'

const pascal = /^[A-Z][A-Za-z0-9]*$/
const camel = /^[a-z][A-Za-z0-9]*$/
const upper = /^[A-Z][A-Z0-9_]*$/

/** Names have the forms that the schema has held to so far. Those that CHR gave otherwise are excepted. */
export const lintNames: Lint = ({ graphs, exceptions }) => {
  const excepted = new Set(exceptions.names)
  const faults = new Map<string, Fault>()
  const unneeded = new Set(exceptions.names)
  for (const schema of graphs.values())
    for (const element of listElements(schema)) {
      const message = findFault(element)
      if (message === null) continue
      unneeded.delete(element.coordinate)
      if (!excepted.has(element.coordinate))
        faults.set(element.coordinate, { coordinate: element.coordinate, message })
    }
  const message = 'its name needs no exception: take it off the list (tools/check/exceptions.json)'
  return [...faults.values(), ...[...unneeded].map((coordinate) => ({ coordinate, message }))]
}

function findFault({ kind, name, owner, type }: Element): string | null {
  if (kind === 'enumValue')
    return upper.test(name) ? null : 'an enum value is written in capitals: UPPER_CASE'
  if (kind !== 'type') {
    if (!camel.test(name)) return 'fields and arguments are written in camelCase'
    const givesPayload = type === null || getNamedType(type).name.endsWith('Payload')
    return kind === 'field' && owner.name === 'Mutation' && !givesPayload
      ? 'a mutation gives a type whose name ends in Payload'
      : null
  }
  if (!pascal.test(name)) return 'types are written in PascalCase'
  const ending = endingOf(owner)
  return ending === null || name.endsWith(ending) ? null : `the name of such a type ends in ${ending}`
}

function endingOf(type: GraphQLNamedType): string | null {
  if (isInputObjectType(type)) return 'Input'
  if (isEnumType(type)) return 'Enum'
  const fields = isObjectType(type) ? type.getFields() : {}
  return 'edges' in fields && 'pageInfo' in fields ? 'Connection' : null
}
