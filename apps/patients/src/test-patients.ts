import { openDatabase } from '@commonchart/database'
import {
  createKeySet,
  createServiceSigner,
  generateServiceKey,
  identityHeader,
  type Identity,
} from '@commonchart/identity'
import { buildSubgraph, startSubgraph, type Services } from '@commonchart/subgraph'
import { createIdentity, insertTestDomains, openTestDatabase } from '@commonchart/testing'
import { pino } from 'pino'
import { patients } from './definition.ts'
import type { Tables } from './tables.ts'

const gateway = generateServiceKey({
  owner: 'gateway',
  kinds: ['consumer', 'person'],
  audiences: ['patients'],
})

export interface Answer {
  data?: Record<string, any> | null // eslint-disable-line @typescript-eslint/no-explicit-any -- answers of any shape
  errors?: { message: string; extensions: Record<string, unknown> }[]
  extensions?: Record<string, unknown>
}

/** Starts the subgraph on a fresh database with two domains; `owner` stands for the appointments service. */
export async function startPatients(owner: Services['post'] = () => Promise.reject(new Error('down'))) {
  const database = await openTestDatabase(new URL('../migrations/', import.meta.url))
  await insertTestDomains(database)
  const db = openDatabase<Tables>(database.url, { max: 24 })
  const running = await startSubgraph<Tables>({
    ...patients,
    schema: buildSubgraph(patients),
    db,
    keys: createKeySet({ keys: [gateway.publicJwk] }),
    services: { post: owner },
    logger: pino({ level: 'silent' }),
    host: '127.0.0.1',
    port: 0,
  })
  const signer = createServiceSigner([gateway.privateJwk])
  async function ask(
    query: string,
    variables: object = {},
    identity: Partial<Identity> = {},
  ): Promise<Answer> {
    const body = JSON.stringify({ query, variables })
    const token = signer.sign(createIdentity({ domainId: 1, ...identity }), 'patients', body)
    const response = await fetch(`${running.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', [identityHeader]: token },
      body,
    })
    return (await response.json()) as Answer
  }
  return {
    db,
    database,
    ask,
    support: (query: string, variables: object = {}, identity: Partial<Identity> = {}) =>
      ask(query, variables, { kind: 'person', role: 'support', subject: 'support', ...identity }),
    async stop() {
      await running.stop()
      await db.destroy()
      await database.close()
    },
  }
}

export const createPatient = `mutation ($input: CreatePatientInput!) {
  createPatient(input: $input) { patient { id version firstName identifications { id value template { id } } } }
}`

export const person = {
  firstName: 'Ada',
  lastName: 'Doe',
  dateOfBirth: '1980-02-29',
  gender: 'OTHER',
  identifications: [] as object[],
}
