import { setTimeout as wait } from 'node:timers/promises'
import { askGraph, postGraph, Refused, Unreachable, type GraphAddress } from '../environment/graph.ts'

/** A domain that programs can use at once: enabled, with a consumer. */
export interface DemoDomainInput {
  name: string
  hosts: string[]
  zone: string
  issuer: string
  publicPem: string
}

/** The operator's graph; a new token for each request, because they live for minutes. */
export type OperatorAddress = () => GraphAddress

/**
 * Makes a sandbox domain unless it is there, enables it, and registers a consumer with this key unless it has one with
 * this issuer. What is there already stays as it is.
 */
export async function ensureDemoDomain(operator: OperatorAddress, input: DemoDomainInput): Promise<void> {
  const ask = (query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> =>
    askGraph(operator(), query, variables)
  const found = (await ask('query ($name: String!) { domain(name: $name) { enabled } }', {
    name: input.name,
  })) as { domain: { enabled: boolean } | null }
  if (!found.domain)
    await ask('mutation ($input: CreateDomainInput!) { createDomain(input: $input) { domain { id } } }', {
      input: { name: input.name, hosts: input.hosts, zone: input.zone, sandbox: true },
    })
  if (!found.domain?.enabled)
    await ask('mutation ($input: EnableDomainInput!) { enableDomain(input: $input) { domain { id } } }', {
      input: { name: input.name, contract: 'demo' },
    })
  try {
    await ask(
      'mutation ($input: CreateConsumerInput!) { createConsumer(input: $input) { consumer { id } } }',
      {
        input: {
          domain: input.name,
          name: 'Demo program',
          issuer: input.issuer,
          publicKey: input.publicPem,
        },
      },
    )
  } catch (error) {
    const codes = error instanceof Refused ? error.errors.map(({ extensions }) => extensions?.code) : []
    if (!codes.includes('ISSUER_IN_USE') && !codes.includes('KEY_IN_USE')) throw error
  }
}

const followTimeoutMs = 15_000

/**
 * Waits until a graph answers for a domain: a gateway follows the registry within a second, the subgraphs the events. Throws
 * what the graph said last when it does not come to that.
 */
export async function waitUntilServed(address: () => GraphAddress, query: string): Promise<void> {
  let last = 'it did not answer'
  for (const end = Date.now() + followTimeoutMs; Date.now() < end; await wait(50)) {
    try {
      const { status, data, errors } = await postGraph(address(), query)
      if (status === 200 && data && !errors?.length) return
      last = errors?.[0]?.message ?? `it answered ${status}`
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error
      last = error.message
    }
  }
  throw new Unreachable(`The domain was not served after ${followTimeoutMs / 1000} s: ${last}`)
}
