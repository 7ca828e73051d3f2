import assert from 'node:assert/strict'
import { test } from 'node:test'
import { restatesName } from './restates.ts'

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
