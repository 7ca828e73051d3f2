import assert from 'node:assert/strict'
import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { givenInputs } from './given-inputs.ts'
import type { StackDomain } from './stack-domains.ts'
import { valueFor } from './values.ts'

type Values = Record<string, unknown>
type Field = GraphQLField<unknown, unknown>

/** One record of each type that the graphs can create, by type. */
export interface MadeRecords {
  /** The id of the record of that type; of a type of which there is none, one that a first record would have. */
  idOf(type: string): string
  /** The types that could not be made, each with what refused it. */
  refused: Map<string, string>
}

/** What ids are called in inputs where neither their name nor a field of the record says of what they are. */
const typesByName: Record<string, string> = {
  provider: 'ProviderUser',
  practitioner: 'ProviderUser',
  consumer: 'EnterpriseApiConsumer',
  template: 'IdentificationTemplate',
}

/** The type that inputs call by this name. */
export function typeCalled(name: string): string {
  return typesByName[name.toLowerCase()] ?? name
}

/** The type of the record that a mutation gives: that of its payload's only record, or what it gives itself. */
export function recordOf(schema: GraphQLSchema, mutation: Field): { field: string; type: GraphQLObjectType } {
  const payload = getNamedType(mutation.type)
  assert.ok(isObjectType(payload))
  if (!payload.name.endsWith('Payload')) return { field: '', type: payload }
  for (const field of Object.values(payload.getFields())) {
    const type = getNamedType(field.type)
    if (isObjectType(type)) return { field: field.name, type }
  }
  return { field: '', type: payload }
}

/** The type whose ids an input field takes, by the record's own field of that name, or by the name itself. */
export function typeOfId(schema: GraphQLSchema, record: GraphQLObjectType, name: string): string | null {
  if (name === 'id') return record.name
  const base = /^(.+)(?:Ids?|Uuids?)$/.exec(name)?.[1]
  if (!base) return null
  const own = fieldOfRecord(record, base)
  if (own) return getNamedType(own.type).name
  const asked = base.toLowerCase()
  const named = Object.entries(typesByName).find(([end]) => asked.endsWith(end))
  if (named) return named[1]
  const types = Object.keys(schema.getTypeMap()).filter((type) => isObjectType(schema.getType(type)))
  return types.filter((type) => asked.endsWith(type.toLowerCase())).sort(byLength)[0] ?? null
}

/** The field of a record that gives what `base` names: by its own name, or one whose name or type ends with it. */
export function fieldOfRecord(record: GraphQLObjectType, base: string): Field | undefined {
  const fields = Object.values(record.getFields()).filter((field) => isObjectType(getNamedType(field.type)))
  const asked = base.toLowerCase()
  return (
    fields.find(({ name }) => name === base || name === `${base}s`) ??
    fields.find(({ name }) => asked !== '' && name.toLowerCase().endsWith(asked)) ??
    fields.find(({ type }) => asked !== '' && getNamedType(type).name.toLowerCase().endsWith(asked))
  )
}

/** Values for what an input requires, with ids of records that are there; what a mutation needs besides is in `givenInputs`. */
export function requiredInput(
  schema: GraphQLSchema,
  mutation: Field,
  idOf: (type: string) => string,
  round = 1,
): Values {
  const { type: record } = recordOf(schema, mutation)
  const input = mutation.args.find((argument) => argument.name === 'input')
  if (!input) return {}
  return {
    ...(required(input.type, 'input', { schema, record, idOf, round }) as Values),
    ...givenInputs[mutation.name]?.(idOf),
  }
}

interface Filling {
  schema: GraphQLSchema
  record: GraphQLObjectType
  idOf(type: string): string
  round: number
}

function required(type: GraphQLInputType, name: string, filling: Filling): unknown {
  if (isNonNullType(type)) return required(type.ofType as GraphQLInputType, name, filling)
  const named = getNamedType(type)
  if (isInputObjectType(named)) {
    if (isListType(type) && name !== 'input') return []
    const fields = Object.values(named.getFields()).filter(isRequiredInputField)
    return Object.fromEntries(
      fields.map((field) => [field.name, required(field.type, field.name, filling)] as const),
    )
  }
  const target = typeOfId(filling.schema, filling.record, name)
  if (!target || !['ID', 'Int', 'String'].includes(named.name)) return valueFor(type, name, filling.round)
  const id = named.name === 'Int' ? Number(filling.idOf(target)) : filling.idOf(target)
  return isListType(type) ? [id] : id
}

/**
 * Makes one record of each type that a mutation `create…` or `add…` of the graph makes, those that others need first. Texts
 * end with the number of the round.
 */
export async function makeRecords(
  schema: GraphQLSchema,
  domain: StackDomain,
  round = 1,
): Promise<MadeRecords> {
  const made = new Map<string, string>()
  const refused = new Map<string, string>()
  const idOf = (type: string): string => made.get(type) ?? '1'
  const mutations = Object.values(schema.getMutationType()?.getFields() ?? {})
  let waiting = mutations.filter(({ name }) => /^(create|add)[A-Z]/.test(name))
  for (let before = Infinity; waiting.length > 0 && waiting.length < before;) {
    before = waiting.length
    for (const mutation of waiting) {
      const { field, type } = recordOf(schema, mutation)
      const selection = field ? `${field} { ${idField(type)} }` : idField(type)
      const input = requiredInput(schema, mutation, idOf, round)
      const { body, text } = await domain.askSettings(
        `mutation ($input: ${mutation.args[0]?.type}) { ${mutation.name}(input: $input) { ${selection} } }`,
        { input },
      )
      const record = field ? body.data?.[mutation.name]?.[field] : body.data?.[mutation.name]
      if (record) made.set(type.name, String(Object.values(record as object)[0]))
      else refused.set(type.name, `${mutation.name}: ${text.slice(0, 1000)}`)
    }
    waiting = waiting.filter((mutation) => !made.has(recordOf(schema, mutation).type.name))
  }
  for (const type of made.keys()) refused.delete(type)
  return { idOf, refused }
}

/** The field by which a record of a type is known. */
export function idField(type: GraphQLObjectType): string {
  const fields = type.getFields()
  return ['id', 'uuid'].find((name) => name in fields) ?? '__typename'
}

function byLength(one: string, other: string): number {
  return other.length - one.length
}
