import assert from 'node:assert/strict'
import { randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import { chooseLength } from '@commonchart/testing'
import fc from 'fast-check'
import type { Answer } from '../ask.ts'
import { createClinic, type Clinic } from '../clinic.ts'
import { external } from '../imports.ts'
import { codeOf } from '../mutations.ts'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let clinic: Clinic
let patientId: string
before(async () => {
  stack = await openStack()
  clinic = await createClinic(stack.north)
  patientId = (await createPatient(stack.north)).id
})
after(() => stack.stop())

type Send = (query: string, variables: object, headers?: Record<string, string>) => Promise<Answer>

/** A mutation as it is retried: what is sent, and what it leaves when it acted once. */
interface Retried {
  query: string
  input: Record<string, unknown> | Record<string, unknown>[]
  isSettings?: boolean
  /** How often it acted, by what can be read. */
  countActs(): Promise<number>
}

async function read(
  query: string,
  variables: object = {},
  send: Send = stack.north.ask,
): Promise<NonNullable<Answer['body']['data']>> {
  const { body, text } = await send(query, variables)
  assert.equal(body.errors, undefined, text)
  return body.data ?? {}
}

async function versionOf(id: string): Promise<number> {
  return (await read('query ($id: ID!) { patient(id: $id) { version } }', { id })).patient.version as number
}

async function countPatients(lastName: string): Promise<number> {
  const query = 'query ($lastName: SearchString) { patients(lastName: $lastName) { totalCount } }'
  return (await read(query, { lastName })).patients.totalCount as number
}

const person = { firstName: 'Pat', dateOfBirth: '1980-02-29', gender: 'OTHER' }

/** Mutations of several subgraphs and kinds, each made anew with a text that nothing else bears. */
const retried: Record<string, (text: string) => Promise<Retried>> = {
  createPatient: (text) =>
    Promise.resolve({
      query:
        'mutation ($input: CreatePatientInput!) { made: createPatient(input: $input) { patient { id } } }',
      input: { ...person, lastName: text, identifications: [] },
      countActs: () => countPatients(text),
    }),
  updatePatient: async (text) => {
    const before = await versionOf(patientId)
    return {
      query:
        'mutation ($input: UpdatePatientInput!) { made: updatePatient(input: $input) { patient { id } } }',
      input: { id: patientId, city: text },
      countActs: async () => (await versionOf(patientId)) - before,
    }
  },
  importPatients: (text) =>
    Promise.resolve({
      query:
        'mutation ($input: [ImportPatientInput!]!) { made: importPatients(input: $input) { results { id } } }',
      input: [{ ...person, lastName: text, externalId: external(text) }],
      isSettings: true,
      countActs: () => countPatients(text),
    }),
  createStatusTag: (text) =>
    Promise.resolve({
      query:
        'mutation ($input: CreateStatusTagInput!) { made: createStatusTag(input: $input) { statusTag { id } } }',
      input: { name: text },
      isSettings: true,
      countActs: async () => {
        const { statusTags } = await read(
          '{ statusTags(first: 100) { nodes { name } } }',
          {},
          stack.north.askSettings,
        )
        return (statusTags.nodes as { name: string }[]).filter(({ name }) => name === text).length
      },
    }),
  createAppointment: async (text) => {
    const owner = (await createPatient(stack.north, { lastName: text })).id
    return {
      query: 'mutation ($input: CreateAppointmentInput!) { made: createAppointment(input: $input) { id } }',
      input: {
        ...{ ...clinic, patientId: owner, skipValidations: true },
        ...{ startAt: '2099-01-05T18:00:00Z', untilAt: '2099-01-05T18:30:00Z' },
      },
      countActs: async () => {
        const { patient } = await read(
          'query ($id: ID!) { patient(id: $id) { appointments { totalCount } } }',
          { id: owner },
        )
        return patient.appointments.totalCount as number
      },
    }
  },
}

test('retries of a mutation at once under one Idempotency-Key act once and tell of the same record', async () => {
  let texts = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...Object.keys(retried)),
      fc.integer({ min: 2, max: 12 }),
      async (name, count) => {
        texts += 1
        const {
          query,
          input,
          isSettings = false,
          countActs,
        } = await (retried[name] as (text: string) => Promise<Retried>)(`Retried ${randomUUID()} ${texts}`)
        const send = isSettings ? stack.north.askSettings : stack.north.ask
        const headers = { 'idempotency-key': randomUUID() }
        const answers = await Promise.all(
          Array.from({ length: count }, () => send(query, { input }, headers)),
        )
        const after = await send(query, { input }, headers)
        const codes = new Set(answers.map(codeOf))
        codes.delete('IDEMPOTENCY_KEY_IN_USE')
        assert.deepEqual([...codes], ['accepted'], `${name}: ${answers.map(({ text }) => text).join('\n')}`)
        assert.equal(after.body.extensions?.idempotency, 'REPLAYED', after.text)
        for (const answer of answers.filter((each) => codeOf(each) === 'accepted'))
          assert.deepEqual(answer.body.data, after.body.data, name)
        assert.equal(await countActs(), 1, `${name} acted once`)
      },
    ),
    {
      numRuns: chooseLength({ usual: 15, soak: 300 }),
      examples: Object.keys(retried).map((name) => [name, 8]),
    },
  )
})
