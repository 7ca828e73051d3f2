import { isDeepStrictEqual } from 'node:util'
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  isUnionType,
  type GraphQLInputField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { fieldOfRecord, idField, typeOfId } from './made-records.ts'
import { answers, givenWithin } from './round-trip-answers.ts'
import { valueFor } from './values.ts'

export type Values = Record<string, unknown>
type Given = { schema: GraphQLSchema; record: GraphQLObjectType; idOf(type: string): string; round: number }

/** What names the request and not the record, or says which record it is. */
const aboutRequest = new Set(['clientMutationId', 'id', 'uuid', 'expectedVersion', 'externalId'])
/** The parts of an input that changes a list. */
const listChanges = new Set(['create', 'add', 'update', 'remove'])

/** The input fields that must be answered by the record. */
export function storedFields(input: GraphQLInputObjectType): GraphQLInputField[] {
  return Object.values(input.getFields()).filter(
    ({ name }) => !aboutRequest.has(name) && answers[`${input.name}.${name}`]?.not === undefined,
  )
}

/** Whether an input says what is added to a list, changed in it and taken from it. */
export function isListChange(input: GraphQLInputObjectType): boolean {
  return Object.keys(input.getFields()).every((name) => listChanges.has(name))
}

/** A value for every stored field of an input, none of them a default; ids are those of records that are there. */
export function fillWhole(input: GraphQLInputObjectType, given: Given): Values {
  const filled = storedFields(input).map((field) => [field.name, valueOf(field, given)] as const)
  return { ...Object.fromEntries(filled), ...givenWithin[input.name] }
}

function valueOf(field: GraphQLInputField, given: Given): unknown {
  const named = getNamedType(field.type)
  const asList = (value: unknown): unknown => (isList(field) ? [value] : value)
  if (isInputObjectType(named) && named.name !== 'LocalizedFieldInput') {
    const own = given.record.getFields()[field.name]
    const inner = own && getNamedType(own.type)
    const record = isObjectType(inner) ? inner : given.record
    if (!isListChange(named)) return asList(fillNested(named, { ...given, record }))
    const [name = ''] = Object.keys(named.getFields()).filter((each) => each === 'create' || each === 'add')
    const item = getNamedType(named.getFields()[name]?.type)
    if (!isInputObjectType(item)) throw new Error(`${named.name} adds nothing to its list`)
    const target = typeOfId(given.schema, given.record, field.name)
    const byId = 'id' in item.getFields() && target
    return { [name]: [byId ? { id: given.idOf(target) } : fillNested(item, { ...given, record })] }
  }
  const target = typeOfId(given.schema, given.record, field.name)
  if (!target || !['ID', 'Int', 'String'].includes(named.name)) {
    if (named.name === 'Boolean' && typeof field.defaultValue === 'boolean' && given.round % 2)
      return !field.defaultValue
    return valueFor(field.type, field.name, given.round)
  }
  const id = given.idOf(target)
  return asList(named.name === 'Int' ? Number(id) : id)
}

function fillNested(input: GraphQLInputObjectType, given: Given): Values {
  const filled = fillWhole(input, given)
  const uuid = input.getFields().uuid
  return { ...(uuid && !('uuid' in filled) && { uuid: valueFor(uuid.type, 'uuid', given.round) }), ...filled }
}

function isList({ type }: GraphQLInputField): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

/** Selects all of a record that needs no argument, and the ids of what it refers to. */
export function selectRecord(schema: GraphQLSchema, type: GraphQLObjectType, depth = 3): string {
  const inner = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(isRequiredArgument)) return []
    const named = getNamedType(field.type)
    if (isScalarType(named) || isEnumType(named)) return [field.name]
    if (depth <= 1) return []
    if (isObjectType(named)) return [`${field.name} { ${selectRecord(schema, named, depth - 1)} }`]
    if (!isUnionType(named)) return []
    const members = named.getTypes().map((each) => `... on ${each.name} { ${idField(each)} }`)
    return [`${field.name} { __typename ${members.join(' ')} }`]
  })
  return ['__typename', ...inner].join(' ')
}

/**
 * Says what of an input the record does not show: a field that nothing answers, or one that says something else than was
 * sent.
 */
export function findUnanswered(
  input: GraphQLInputObjectType,
  type: GraphQLObjectType,
  sent: Values,
  record: Values,
): string[] {
  return storedFields(input).flatMap((field) => {
    const where = `${input.name}.${field.name}`
    const value = sent[field.name]
    if (value === undefined) return [`${where} was not sent`]
    const named = getNamedType(field.type)
    const { by = answeringField(type, field), as } = answers[where] ?? {}
    if (by === null)
      return [
        `${where} has no field of ${type.name} that answers it: name the field, or say why there is none, in round-trip-answers.ts`,
      ]
    const shown = at(record, by)
    if (isInputObjectType(named) && named.name !== 'LocalizedFieldInput' && !as) {
      const inner = getNamedType(type.getFields()[by]?.type)
      const items = Array.isArray(value)
        ? value
        : isListChange(named)
          ? Object.values(value as Values).flat()
          : [value]
      const kind = isListChange(named) ? getNamedType(Object.values(named.getFields())[0]?.type) : named
      if (!isObjectType(inner) || !isInputObjectType(kind)) return [`${where} is not answered by records`]
      return items.flatMap((item) =>
        findMissing(kind, inner, item as Values, [shown].flat() as Values[], where),
      )
    }
    const expected = as ? as(value) : value
    return agree(named.name, expected, shown)
      ? []
      : [`${where}: sent ${JSON.stringify(value)}, read ${JSON.stringify(shown)} at ${by}`]
  })
}

function findMissing(
  input: GraphQLInputObjectType,
  type: GraphQLObjectType,
  item: Values,
  shown: Values[],
  where: string,
): string[] {
  if (Object.keys(input.getFields()).length === 1 && 'id' in item)
    return shown.some((each) => each.id === item.id) ? [] : [`${where}: ${String(item.id)} is not there`]
  const faults = shown.filter(Boolean).map((each) => findUnanswered(input, type, item, each))
  if (faults.some((each) => each.length === 0)) return []
  return faults.sort((one, other) => one.length - other.length)[0] ?? [`${where}: nothing of it is there`]
}

/**
 * The way to what answers an input field: its own name, `isX` for `x`, the record for what changes a list of it, and its id
 * for `xId`, `xIds` and `xUuid`. Null when there is none.
 */
function answeringField(type: GraphQLObjectType, { name, type: taken }: GraphQLInputField): string | null {
  const fields = type.getFields()
  if (name in fields) return name
  const flag = `is${name.charAt(0).toUpperCase()}${name.slice(1)}`
  if (flag in fields) return flag
  const [, base = '', kind = ''] = /^(.+?)(Id|Uuid)s?$/.exec(name) ?? []
  const own = fieldOfRecord(type, base)?.name
  if (!own) return null
  return isInputObjectType(getNamedType(taken)) ? own : `${own}.${kind.toLowerCase()}`
}

function at(record: unknown, path: string): unknown {
  const [name = '', ...rest] = path.split('.')
  if (Array.isArray(record)) return record.map((each) => at(each, path))
  const value = (record as Values | null)?.[name]
  return rest.length > 0 ? at(value, rest.join('.')) : value
}

function agree(scalar: string, sent: unknown, shown: unknown): boolean {
  if (Array.isArray(sent))
    return (
      Array.isArray(shown) &&
      shown.length === sent.length &&
      sent.every((each, index) => agree(scalar, each, shown[index]))
    )
  // A number may come back as it is dialled.
  if (scalar === 'Phone') return digits(shown).endsWith(digits(sent))
  if (scalar.includes('DateTime')) return Date.parse(String(sent)) === Date.parse(String(shown))
  if (typeof sent !== 'object' || sent === null) return String(sent) === String(shown)
  // What is selected tells its type as well.
  const { __typename: _, ...plain } = (shown ?? {}) as Values
  return isDeepStrictEqual(sent, plain)
}

function digits(value: unknown): string {
  return String(value).replace(/\D/g, '')
}
