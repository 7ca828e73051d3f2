import type { Settings } from './settings.ts'

/** An event subscription as commands print it. */
export interface Subscription {
  id: string
  name: string
  url: string
  topics: string[]
  state: string
  stateReason: string | null
  waiting: number
  lastDeliveredAt: string | null
  lastSequence: string | null
  consumer: { id: string; name: string | null }
  secrets: { id: string; createdAt: string; lastFour: string }[]
}

export const subscriptionFields = `id name url topics state stateReason waiting lastDeliveredAt lastSequence
  consumer { id name } secrets { id createdAt lastFour }`

/** Changes a subscription at the operator's graph, and gives it as it is then with what else is asked for. */
export async function askEvents(
  ask: Settings['askOperator'],
  mutation: string,
  input: Record<string, unknown>,
  more = '',
): Promise<{ subscription: Subscription; secret?: string }> {
  const type = `${mutation[0]?.toUpperCase()}${mutation.slice(1)}Input`
  const data = await ask(
    `mutation ($input: ${type}!) { ${mutation}(input: $input) { ${more} subscription { ${subscriptionFields} } } }`,
    { input },
  )
  return data[mutation] as { subscription: Subscription; secret?: string }
}
