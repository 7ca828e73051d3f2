import assert from 'node:assert/strict'
import { createConsumerKey, signToken, type ConsumerKey } from '@commonchart/testing'
import type { Answer } from './ask.ts'
import type { Stack } from './stack.ts'
import { until } from './until.ts'

/** A domain of the stack, its consumer and its people. */
export interface StackDomain {
  domainId: number
  name: string
  host: string
  zone: string
  consumerId: string
  issuer: string
  key: ConsumerKey
  token(): string
  /** Asks the enterprise graph as the domain's consumer. */
  ask(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>
  /** Asks the settings graph as the domain's support account. */
  askSettings(query: string, variables?: object, headers?: Record<string, string>): Promise<Answer>
}

/**
 * Creates and enables two domains, each with a consumer, and waits until the gateway knows them. They are called `north` and
 * `south`, with `suffix` behind.
 */
export async function createDomains(stack: Stack, suffix = ''): Promise<[StackDomain, StackDomain]> {
  const north = await createDomain(stack, `north${suffix}`, 'America/Vancouver')
  const south = await createDomain(stack, `south${suffix}`, 'America/Toronto')
  return [north, south]
}

async function createDomain(stack: Stack, name: string, zone: string): Promise<StackDomain> {
  const host = `${name}.test`
  const key = createConsumerKey()
  await until(async () => {
    const { body } = await stack.askOperator(
      'mutation ($input: CreateDomainInput!) { createDomain(input: $input) { domain { id } } }',
      { input: { name, hosts: [host], zone } },
    )
    return body.data?.createDomain !== undefined && body.data.createDomain !== null
  }, `the domain ${name} can be created`)
  const enabled = await stack.askOperator(
    'mutation ($input: EnableDomainInput!) { enableDomain(input: $input) { domain { id enabled contract } } }',
    { input: { name, contract: 'contract-1' } },
  )
  assert.ok(enabled.body.data?.enableDomain, enabled.text)
  const { id: domainId, ...enabling } = enabled.body.data.enableDomain.domain as Record<string, unknown>
  assert.deepEqual(enabling, { enabled: true, contract: 'contract-1' })
  const made = await stack.askOperator(
    'mutation ($input: CreateConsumerInput!) { createConsumer(input: $input) { consumer { id } } }',
    {
      input: { domain: name, name: `portal of ${name}`, issuer: `portal-${name}`, publicKey: key.publicPem },
    },
  )
  assert.ok(made.body.data?.createConsumer, made.text)
  const domain: StackDomain = {
    domainId: Number(domainId),
    name,
    host,
    zone,
    consumerId: made.body.data.createConsumer.consumer.id as string,
    issuer: `portal-${name}`,
    key,
    token: () => signToken({ privateKey: key.privateKey, issuer: `portal-${name}` }),
    ask: (query, variables, headers) =>
      stack.ask(`${stack.url}/graphql`, { query, variables, host, headers, token: domain.token() }),
    askSettings: (query, variables, headers) =>
      stack.ask(`${stack.url}/settings/graphql`, {
        query,
        variables,
        host,
        headers,
        token: stack.people.signPersonToken(name),
      }),
  }
  await until(async () => (await domain.ask('{ __typename }')).status === 200, `the gateway serves ${name}`)
  return domain
}
