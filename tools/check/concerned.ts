import type { SchemaChange } from '@commonchart/schema-changes'
import { isRequiredArgument, type GraphQLSchema } from 'graphql'
import { findInput, listPlaces, listParts } from './elements.ts'
import type { Usage, Use } from './usage.ts'

/** A consumer that a change concerns. */
export interface Concern {
  use: Use
  /** Whether it is certain that its requests break; otherwise that depends on what they say of values. */
  isCertain: boolean
  remark: string | null
}

/** A change, and the graph before and after it. */
export interface ChangeInGraph {
  change: SchemaChange
  before: GraphQLSchema
  after: GraphQLSchema
}

/**
 * Finds the consumers that a breaking change concerns, by what they used. Gives null where use does not tell: what stands
 * for nothing that a request names.
 */
export function findConcerned({ change, before, after }: ChangeInGraph, usage: Usage): Concern[] | null {
  const { coordinate, kind, facts } = change
  const [type = ''] = coordinate.split('.')
  const field = coordinate.replace(/\(.*$/, '')
  switch (kind) {
    case 'FIELD_REMOVED':
    case 'FIELD_TYPE_CHANGED':
    case 'FIELD_ARGUMENT_REMOVED':
    case 'INPUT_FIELD_REMOVED':
    case 'ENUM_VALUE_REMOVED':
      return usage.of(coordinate).map(broken)
    case 'FIELD_ARGUMENT_ADDED':
      return usage.of(field).map(broken)
    case 'INPUT_FIELD_ADDED':
      return usage.of(...listParts(before, type), ...listPlaces(before, type)).map(broken)
    case 'FIELD_ARGUMENT_TYPE_CHANGED':
      return findByInput({ coordinate, before, after }, usage.of(coordinate), usage.of(field))
    case 'INPUT_FIELD_TYPE_CHANGED': {
      const holder = [...listParts(before, type), ...listPlaces(before, type)]
      return findByInput({ coordinate, before, after }, usage.of(coordinate), usage.of(...holder))
    }
    case 'TYPE_REMOVED':
    case 'TYPE_KIND_CHANGED':
      return usage.of(...listParts(before, type), ...listPlaces(before, type)).map(broken)
    case 'UNION_MEMBER_REMOVED':
      return usage.of(...listParts(before, String(facts.removedUnionMemberTypeName))).map(broken)
    case 'OBJECT_TYPE_INTERFACE_REMOVED': {
      const parts = [type, String(facts.removedInterfaceName)].flatMap((name) => listParts(before, name))
      return usage.of(...parts).map(broken)
    }
    default:
      return null
  }
}

function broken(use: Use): Concern {
  return { use, isCertain: true, remark: null }
}

/**
 * An argument or input field of another type. Where it became required, those break who used what it belongs to without it;
 * those who always gave it break if they give null or declare their variable without `!`, which no name tells.
 */
function findByInput(
  { coordinate, before, after }: { coordinate: string; before: GraphQLSchema; after: GraphQLSchema },
  given: Use[],
  holders: Use[],
): Concern[] {
  const [old, current] = [findInput(before, coordinate), findInput(after, coordinate)]
  const isOnlyStricter = old !== undefined && `${String(old.type)}!` === String(current?.type)
  const becameRequired =
    old !== undefined && current !== undefined && !isRequiredArgument(old) && isRequiredArgument(current)
  const concern = (use: Use): Concern =>
    isOnlyStricter
      ? { use, isCertain: false, remark: 'it gave it, but null and a variable without `!` will be refused' }
      : broken(use)
  if (!becameRequired) return given.map(concern)
  return holders.map((holder) => {
    const own = given.find((use) => isSameConsumer(use, holder))
    const without = holder.requests - (own?.requests ?? 0)
    if (without <= 0) return concern(own ?? holder)
    const remark = own ? `${without} of them without it` : 'all of them without it'
    return { use: holder, isCertain: true, remark }
  })
}

function isSameConsumer(one: Use, other: Use): boolean {
  return one.domain === other.domain && one.consumer.id === other.consumer.id
}
