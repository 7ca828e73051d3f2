import assert from 'node:assert/strict'
import { createConsumerKey, signToken, type ConsumerKey } from '@commonchart/testing'
import type { Answer } from './ask.ts'
import { change } from './clinic.ts'
import type { Stack } from './stack.ts'
import type { StackDomain } from './stack-domains.ts'
import { until } from './until.ts'

/** A consumer that a test has made, and how it asks. */
export interface TestConsumer {
  id: string
  issuer: string
  key: ConsumerKey
  keyId: string
  /** Asks the enterprise graph at one of the gateways, the first unless another is named. */
  ask(query: string, options?: AskAs): Promise<Answer>
}

interface AskAs {
  variables?: object
  gateway?: string
  key?: ConsumerKey
  headers?: Record<string, string>
}

/** Registers a consumer of a domain, and waits until every gateway lets it in. */
export async function createConsumer(
  stack: Stack,
  domain: StackDomain,
  input: { name: string } & Record<string, unknown>,
): Promise<TestConsumer> {
  const key = createConsumerKey()
  const { consumer } = await change(
    domain,
    'createConsumer',
    { publicKey: key.publicPem, ...input },
    'consumer { id issuer keys { id } }',
  )
  const { id, issuer, keys } = consumer
  const made: TestConsumer = {
    ...{ id, issuer, key, keyId: keys[0].id },
    ask: (query, { variables, gateway = stack.url, key: signer = key, headers } = {}) =>
      stack.ask(`${gateway}/graphql`, {
        ...{ query, variables, headers, host: domain.host },
        token: signToken({ privateKey: signer.privateKey, issuer }),
      }),
  }
  await untilEverywhere(stack, (gateway) => isLetIn(made, { gateway }), `${input.name} is let in`)
  return made
}

/** Waits until something is so at every gateway. */
export async function untilEverywhere(
  stack: Stack,
  isSo: (gateway: string) => Promise<boolean>,
  what: string,
): Promise<void> {
  await until(async () => (await Promise.all(stack.gateways.map(isSo))).every(Boolean), what)
}

export async function isLetIn(consumer: TestConsumer, options: AskAs = {}): Promise<boolean> {
  return (await consumer.ask('{ __typename }', options)).status === 200
}

/** The facts of the first error; fails with the whole answer when there is none. */
export function factsOf({ body, text }: Answer): Record<string, unknown> {
  const facts = body.errors?.[0]?.extensions
  assert.ok(facts, text)
  return facts
}
