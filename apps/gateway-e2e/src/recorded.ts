import assert from 'node:assert/strict'
import { identityHeader } from '@commonchart/identity'
import { createServiceIdentity, writeRecordFrame, type RecordedTestRequest } from '@commonchart/testing'
import { request } from 'undici'
import type { Stack } from './stack.ts'

/** Records requests as a gateway does, at consumers-audit itself. */
export async function recordAsGateway(stack: Stack, records: RecordedTestRequest<object>[]): Promise<void> {
  const body = writeRecordFrame({ gateway: 'a-gateway', records })
  const identity = createServiceIdentity('gateway')
  const { statusCode, body: answer } = await request(`${stack.urlOf('consumers-audit')}/internal/record`, {
    method: 'POST',
    headers: { [identityHeader]: stack.keys.signers.gateway?.sign(identity, 'consumers-audit', body) ?? '' },
    body,
  })
  const printed = stack.services['consumers-audit']?.output().split('\n') ?? []
  const faults = printed.filter((line) => /^{"level":[4-6]0/.test(line))
  assert.equal(statusCode, 200, [await answer.text(), ...faults].join('\n'))
}
