import type { Answer } from './ask.ts'
import type { Clinic } from './clinic.ts'
import { attempt, perform, type AskGraph } from './mutations.ts'
import type { StackDomain } from './stack-domains.ts'

export interface HeldDraft extends Record<string, unknown> {
  id: string
  version: number
  untilAt: string
  createdBy: Record<string, unknown>
  location: { id: string }
  provider: { id: string }
  service: { id: string } | null
}

const fields = `id startAt untilAt expiresAt version createdAt updatedAt location { id } provider { id } service { id }
  createdBy {
    __typename ... on EnterpriseApiConsumer { id consumer: name } ... on InternalApiConsumer { id name createdAt updatedAt }
  }`
const converted = `convertedDraftAppointmentId appointment {
  id startAt status note reason visitType overbooked patient { id } service { id } }`

/** What a test does with the drafts of one clinic. */
export interface Drafts {
  asProgram: AskGraph
  asSupport: AskGraph
  /** Half an hour, so many days ahead, from that hour on the clock of Vancouver in winter. */
  slot(days: number, hour: number): Clinic & { startAt: string; untilAt: string }
  /** Sends one of the mutations of drafts as a program, and gives the whole answer. */
  send(name: 'create' | 'update' | 'delete', input: object): Promise<Answer>
  /** Holds a slot, and gives the draft. */
  hold(input: object, ask?: AskGraph): Promise<HeldDraft>
  read(id: string): Promise<HeldDraft | null>
  convert(input: object): Promise<Answer>
  book(input: object): Promise<Answer>
}

/** Makes what a test asks of drafts, for one patient. */
export function createDrafts(domain: StackDomain, clinic: Clinic, patientId: string): Drafts {
  const asProgram: AskGraph = (query, variables) => domain.ask(query, variables)
  const selections = { delete: 'deletedDraftAppointmentId', convert: converted }
  const whole = `draftAppointment { ${fields} }`
  const send = (name: 'create' | 'update' | 'delete' | 'convert', input: object) => {
    const selection = name === 'delete' || name === 'convert' ? selections[name] : whole
    return attempt(asProgram, `${name}DraftAppointment`, input, `clientMutationId ${selection}`)
  }
  return {
    asProgram,
    asSupport: (query, variables) => domain.askSettings(query, variables),
    slot(days, hour) {
      const day = new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10)
      const time = `${day}T${String(hour).padStart(2, '0')}`
      return { ...clinic, startAt: `${time}:00:00-08:00`, untilAt: `${time}:30:00-08:00` }
    },
    send,
    async hold(input, ask = asProgram) {
      return (await perform(ask, 'createDraftAppointment', input, whole)).draftAppointment as HeldDraft
    },
    async read(id) {
      const { body } = await domain.ask(`query ($id: ID!) { draftAppointment(id: $id) { ${fields} } }`, {
        id,
      })
      return (body.data?.draftAppointment ?? null) as HeldDraft | null
    },
    convert: (input) => send('convert', { patientId, ...input }),
    book: (input) =>
      domain.ask(
        'mutation ($input: CreateAppointmentInput!) { createAppointment(input: $input) { id overbooked } }',
        { input: { patientId, ...input } },
      ),
  }
}
