import assert from 'node:assert/strict'
import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isScalarType,
  type GraphQLInputField,
  type GraphQLSchema,
} from 'graphql'
import { valueFor } from './values.ts'

type Values = Record<string, unknown>

/** The fields of an input of the graph. */
export function fieldsOf(schema: GraphQLSchema, input: string): GraphQLInputField[] {
  const type = schema.getType(input)
  assert.ok(isInputObjectType(type), `${input} is an input of the graph`)
  return Object.values(type.getFields())
}

/** A value for every scalar and enum field of an input, in the given round; what is listed in `given` as it stands. */
export function fill(schema: GraphQLSchema, input: string, round: number, given: Values): Values {
  const filled = fieldsOf(schema, input)
    .filter((field) => !['id', 'expectedVersion'].includes(field.name) && !(field.name in given))
    .map((field) => [field.name, valueFor(field.type, field.name, round)] as const)
  return { ...Object.fromEntries(filled), ...given }
}

/** Checks that every scalar, and every text in several languages, that was sent came back under its name. */
export function assertReadBack(schema: GraphQLSchema, record: Values, sent: Values, input: string): void {
  for (const field of fieldsOf(schema, input)) {
    const named = getNamedType(field.type)
    const comesBack = isScalarType(named) || isEnumType(named) || named.name === 'LocalizedFieldInput'
    if (!(field.name in record) || field.name === 'id' || !comesBack) continue
    assert.deepEqual(record[field.name], sent[field.name], `${input}.${field.name}`)
  }
}

/** How many rounds send every value of every enum of an input. */
export function roundsOf(schema: GraphQLSchema, input: string): number {
  const values = fieldsOf(schema, input).map((field) => {
    const named = getNamedType(field.type)
    return isEnumType(named) ? named.getValues().length : 1
  })
  return Math.max(...values)
}
