import assert from 'node:assert/strict'
import { createTimeOrderedId } from '@commonchart/audit'
import { createServiceIdentity } from '@commonchart/testing'
import { identityHeader } from '@commonchart/identity'
import { request } from 'undici'
import type { Stack } from './stack.ts'

/** A request as a gateway tells consumers-audit of it. */
export interface Recorded {
  header: Record<string, unknown> & { id: string }
  request: string
  response: string
}

/** Creates a request of a program that succeeded; anything of it can be overridden. */
export function createRecorded(
  overrides: Record<string, unknown> = {},
  bodies: { request?: string; response?: string } = {},
): Recorded {
  const {
    request: asked = '{"query":"{patient(id:7){id}}","variables":{"a":1}}',
    response = '{"data":{"a":1}}',
  } = bodies
  const startedAt = (overrides.startedAt as string | undefined) ?? new Date().toISOString()
  const header = {
    id: createTimeOrderedId(Date.parse(startedAt)),
    startedAt,
    durationMs: 12,
    graph: 'enterprise',
    keyId: '3',
    ip: '192.0.2.1',
    userAgent: 'portal/1.0',
    method: 'POST',
    path: '/graphql',
    operationName: 'Find',
    operationKind: 'QUERY',
    rootFields: ['patient'],
    status: 200,
    outcome: 'SUCCESS',
    errorCodes: [],
    refusalReason: null,
    count: 1,
    reads: [],
    changes: [],
    ...overrides,
    requestBytes: Buffer.byteLength(asked),
    responseBytes: Buffer.byteLength(response),
  }
  return { header, request: asked, response }
}

/** Records requests as a gateway does, at consumers-audit itself. */
export async function recordAsGateway(stack: Stack, all: Recorded[]): Promise<void> {
  const header = Buffer.from(
    JSON.stringify({ gateway: 'a-gateway', records: all.map((each) => each.header) }),
  )
  const length = Buffer.alloc(4)
  length.writeUInt32BE(header.length)
  const bodies = all.flatMap(({ request: asked, response }) => [Buffer.from(asked), Buffer.from(response)])
  const body = Buffer.concat([length, header, ...bodies])
  const identity = createServiceIdentity('gateway')
  const { statusCode, body: answer } = await request(`${stack.urlOf('consumers-audit')}/internal/record`, {
    method: 'POST',
    headers: { [identityHeader]: stack.keys.signers.gateway?.sign(identity, 'consumers-audit', body) ?? '' },
    body,
  })
  assert.equal(statusCode, 200, await answer.text())
}
