import assert from 'node:assert/strict'
import type { StackDomain } from './stack-domains.ts'

/** Creates a patient as a program does, with what a test does not care about filled in. */
export async function createPatient(
  domain: StackDomain,
  input: Record<string, unknown> = {},
): Promise<{ id: string; version: number }> {
  const { body, text } = await domain.ask(
    'mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { id version } } }',
    {
      input: {
        firstName: 'Pat',
        lastName: 'Doe',
        dateOfBirth: '1980-02-29',
        gender: 'OTHER',
        identifications: [],
        ...input,
      },
    },
  )
  assert.ok(body.data?.createPatient, text)
  return body.data.createPatient.patient as { id: string; version: number }
}
