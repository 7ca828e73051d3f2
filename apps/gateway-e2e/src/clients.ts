import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Answer } from './ask.ts'
import type { StackDomain } from './stack-domains.ts'

/** One request of a client and what the client heard; `answer` is null when the connection broke before an answer. */
export interface Heard {
  kind: 'read' | 'list' | 'create' | 'update'
  /** The patient that was asked for or changed; of a creation, the last name that tells it apart. */
  subject: string
  answer: Answer | null
}

/** Clients under way, and the history that they keep. */
export interface Clients {
  history: Heard[]
  inFlight(): number
  /** Answers with data so far: grows only while the product serves. */
  served(): number
  stop(): Promise<void>
}

/** After a broken connection or a refusal a client takes a breath, as well-behaved programs do. */
const breathMs = 25
/** A write is sent again for some twenty seconds. */
const mostAttempts = 800

const creation = `mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { id lastName } } }`
const update = `mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id city } } }`
const reading = 'query ($id: ID!) { patient(id: $id) { id fullName appointments { totalCount } } }'
const listing = '{ patients(first: 3) { nodes { id lastName } } }'

/**
 * Starts clients that read and write without a pause, or with one of `pauseMs` after each request. A write whose outcome a client cannot know is sent again under the
 * same Idempotency-Key until it hears; everything that any of them heard is in the history.
 */
export function startClients(
  domain: StackDomain,
  patientIds: string[],
  count: number,
  { pauseMs = 0 } = {},
): Clients {
  const history: Heard[] = []
  let going = true
  let inFlight = 0
  let served = 0

  async function ask(
    kind: Heard['kind'],
    subject: string,
    [query, variables, key]: [string, object?, string?],
  ): Promise<Answer | null> {
    inFlight += 1
    const headers = key ? { 'idempotency-key': key } : undefined
    const answer = await domain.ask(query, variables, headers).catch((error: unknown) => {
      if (error instanceof Error) return null
      throw error
    })
    inFlight -= 1
    history.push({ kind, subject, answer })
    if (isServed(answer)) served += 1
    if (pauseMs > 0 || !isServed(answer)) await pause(Math.max(pauseMs, isServed(answer) ? 0 : breathMs))
    return answer
  }

  async function write(kind: Heard['kind'], subject: string, query: string, input: object): Promise<void> {
    const key = randomUUID()
    let heard = ''
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      const answer = await ask(kind, subject, [query, { input }, key])
      if (isServed(answer)) return
      heard = answer ? `${(answer as Answer).status} ${(answer as Answer).text}` : 'nothing'
    }
    throw new Error(`a ${kind} was never answered; last it heard ${heard}`)
  }

  async function run(client: number): Promise<void> {
    for (let turn = 0; going; turn += 1) {
      const id = patientIds[(client * 7 + turn) % patientIds.length] as string
      switch ((client + turn) % 4) {
        case 0: {
          const lastName = `Client${client}Turn${turn}`
          const person = { firstName: 'Kim', dateOfBirth: '1990-05-17', gender: 'OTHER', identifications: [] }
          await write('create', lastName, creation, { ...person, lastName })
          break
        }
        case 1:
          await write('update', id, update, { id, city: `City ${client}.${turn}` })
          break
        case 2:
          await ask('list', '', [listing])
          break
        default:
          await ask('read', id, [reading, { id }])
      }
    }
  }

  const running = Array.from({ length: count }, (_, client) => run(client))
  return {
    history,
    inFlight: () => inFlight,
    served: () => served,
    async stop() {
      going = false
      await Promise.all(running)
    },
  }
}

/** Whether a client got what it asked for, whole. */
export function isServed(answer: Answer | null): answer is Answer {
  return answer !== null && answer.status === 200 && answer.body.errors === undefined
}
