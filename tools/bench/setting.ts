import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { composeServices } from '@apollo/composition'
import {
  createConsumerKey,
  createTestPeopleKeys,
  createTestServiceKeys,
  signToken,
} from '@commonchart/testing'
import { parse } from 'graphql'
import { clinic } from './clinic.ts'
import type { FromSubgraphs, ToSubgraphs } from './messages.ts'

/** Everything that both gateways meet: subgraphs, a registry, keys. */
export interface Setting {
  /** The environment of both; what the stock one does not know it does not read. */
  environment: Record<string, string>
  /** Headers of a request to ours, with a token that was never seen before. */
  signHeaders(): Record<string, string>
  /** Calls that subgraphs got since the last time. */
  countCalls(): Promise<number>
  close(): Promise<void>
}

const unlimited = String(1_000_000_000)

export async function openSetting(): Promise<Setting> {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-bench-'))
  const serviceKeys = createTestServiceKeys()
  const peopleKeys = createTestPeopleKeys()
  const consumer = createConsumerKey()
  const subgraphs = fork(new URL('subgraphs.ts', import.meta.url))
  const ask = async (message: ToSubgraphs): Promise<FromSubgraphs> => {
    const answered = once(subgraphs, 'message')
    subgraphs.send(message)
    const [answer] = (await answered) as [FromSubgraphs]
    return answer
  }
  const [{ urls }] = (await once(subgraphs, 'message')) as [{ urls: Record<string, string> }]
  await ask({ registry: describeRegistry(consumer), jwksFile: serviceKeys.jwksFile })
  const supergraph = join(folder, 'supergraph.graphql')
  writeFileSync(supergraph, compose(urls))
  let tokens = 0
  return {
    environment: {
      SUPERGRAPH: supergraph,
      OPERATOR_PORT: '0',
      CONSUMERS_AUDIT_URL: new URL(urls['consumers-audit'] ?? '').origin,
      IDENTITY_JWKS: serviceKeys.jwksFile,
      SERVICE_KEYS: serviceKeys.keyFiles.gateway ?? '',
      PEOPLE_JWKS: peopleKeys.jwksFile,
      LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: unlimited,
      LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: unlimited,
      LOG_LEVEL: 'info',
    },
    signHeaders() {
      const token = signToken({
        privateKey: consumer.privateKey,
        issuer: 'bench',
        lifetimeSeconds: 800,
        claims: { jti: tokens++ },
      })
      return { host: 'bench.test', authorization: `Bearer ${token}` }
    },
    async countCalls() {
      const answer = await ask({ count: true })
      return 'calls' in answer ? answer.calls : 0
    },
    async close() {
      const ended = once(subgraphs, 'exit')
      subgraphs.kill()
      await ended
      serviceKeys.close()
      peopleKeys.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function compose(urls: Record<string, string>): string {
  const { supergraphSdl, errors } = composeServices(
    clinic.map(({ name, schema }) => ({ name, url: urls[name], typeDefs: parse(schema) })),
  )
  if (errors) throw new AggregateError(errors, "the bench's subgraphs do not compose")
  return supergraphSdl
}

function describeRegistry({ jwk, thumbprint }: ReturnType<typeof createConsumerKey>): object {
  const domain = {
    id: 1,
    name: 'bench',
    hosts: ['bench.test'],
    state: 'ACTIVE',
    enabled: true,
    zone: 'UTC',
    version: 1,
  }
  const consumer = {
    ...{ id: '1', domainId: 1, name: 'Bench', issuer: 'bench', active: true, audience: null },
    ...{ scopes: null, ipRanges: null, expiresAt: null, requestsPerMinute: null },
  }
  return {
    version: 1,
    domains: [domain],
    consumers: [
      { ...consumer, keys: [{ id: '1', kid: null, jwk, thumbprint, notBefore: null, retireAt: null }] },
    ],
  }
}
