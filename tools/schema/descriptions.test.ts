import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql'
import { graphNames } from '@commonchart/supergraph'
import { restatesName } from './restates.ts'

const roots = ['Query', 'Mutation']

/** Every element of a graph by its coordinate, with its description. */
function listElements(graph: string): [coordinate: string, description: string][] {
  const text = readFileSync(new URL(`../../apps/gateway/${graph}.graphql`, import.meta.url), 'utf8')
  const found: [string, string][] = []
  const add = (coordinate: string, { description }: { description?: string | null }): unknown =>
    found.push([coordinate, description ?? ''])
  for (const type of Object.values(buildSchema(text).getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    if (!roots.includes(type.name)) add(type.name, type)
    if (isEnumType(type)) for (const value of type.getValues()) add(`${type.name}.${value.name}`, value)
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) continue
    for (const field of Object.values(type.getFields())) {
      add(`${type.name}.${field.name}`, field)
      for (const argument of 'args' in field ? field.args : [])
        add(`${type.name}.${field.name}(${argument.name})`, argument)
    }
  }
  return found
}

for (const graph of graphNames) {
  test(`every element of the ${graph} graph has a description`, () => {
    const without = listElements(graph).filter(([, description]) => description.trim() === '')
    assert.deepEqual(
      without.map(([coordinate]) => coordinate),
      [],
    )
  })

  test(`no description of the ${graph} graph only restates a name`, () => {
    const restating = listElements(graph).filter(
      ([coordinate, description]) => description.trim() !== '' && restatesName(coordinate, description),
    )
    assert.deepEqual(restating, [])
  })
}

test('a description restates a name whatever filling words, plurals and case it has', () => {
  for (const [coordinate, description] of [
    ['Patient.firstName', 'First name'],
    ['Patient.firstName', 'The first name.'],
    ['Patient.firstName', "The patient's first name."],
    ['Query.patient(id)', 'The id of the patient.'],
    ['Category', 'Categories.'],
    ['Query.patients', '(ours) The patients.'],
  ] as const)
    assert.ok(restatesName(coordinate, description), `${coordinate}: ${description}`)
  for (const [coordinate, description] of [
    ['Patient.firstName', 'The name by which the patient is registered.'],
    ['WeekDayEnum.MONDAY', 'Day 1 of ISO 8601.'],
    ['Appointment.untilAt', 'When it ends.'],
  ] as const)
    assert.ok(!restatesName(coordinate, description), `${coordinate}: ${description}`)
})
