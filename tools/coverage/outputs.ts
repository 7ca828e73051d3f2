import { getNamedType, isEnumType, isObjectType } from 'graphql'
import type { Call } from './calls.ts'

/**
 * Tells which elements a returned field shows to be real: the field itself when its value is neither null nor the
 * empty value of its type (false, 0, "", an empty list or page), on the interfaces of its type too; and the enum values.
 */
export function shownByOutput(call: Call): string[] {
  if (isEmpty(call.value)) return []
  const shown = [`${call.type.name}.${call.field.name}`]
  if (isObjectType(call.type)) {
    for (const one of call.type.getInterfaces()) {
      if (one.getFields()[call.field.name]) shown.push(`${one.name}.${call.field.name}`)
    }
  }
  const named = getNamedType(call.field.type)
  if (isEnumType(named))
    shown.push(...[call.value].flat(Infinity).map((value) => `${named.name}.${String(value)}`))
  return shown
}

/** A page without records is as empty as a list without any: a stub could return it. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0 || value === '') return true
  if (Array.isArray(value)) return value.every(isEmpty)
  if (typeof value !== 'object') return false
  const page = value as Record<string, unknown>
  const lists = ['nodes', 'edges'].filter((key) => key in page)
  return lists.length > 0 && lists.every((key) => isEmpty(page[key]))
}
