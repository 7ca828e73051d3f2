import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createEvent, createSecret, signDelivery } from './test-sender.ts'
import { findRefusal, readSecret, type SignedMessage } from './verify-message.ts'

const secret = createSecret()
const nowMs = 1_790_000_000_000

function sign(secrets: string[], sentAt = nowMs / 1000): SignedMessage {
  const { headers, body } = signDelivery(secrets, createEvent(), sentAt)
  return {
    id: headers['webhook-id'],
    timestamp: headers['webhook-timestamp'],
    signature: headers['webhook-signature'],
    body: Buffer.from(body),
  }
}

const judge = (message: SignedMessage, secrets = [secret]) =>
  findRefusal(secrets.map(readSecret), message, nowMs)

test('the example that the libraries of Standard Webhooks are tested with is good', () => {
  const message = {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    timestamp: '1614265330',
    signature: 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    body: Buffer.from('{"test": 2432232314}'),
  }
  const secrets = [readSecret('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw')]
  assert.equal(findRefusal(secrets, message, 1_614_265_330_000), null)
})

test('a bad signature is refused, and so is a good one over another id, timestamp or body', () => {
  const message = sign([secret])
  assert.equal(judge(message), null)
  assert.equal(judge(sign([createSecret()])), 'SIGNATURE')
  assert.equal(judge({ ...message, id: 'other' }), 'SIGNATURE')
  assert.equal(judge({ ...message, timestamp: String(nowMs / 1000 + 1) }), 'SIGNATURE')
  assert.equal(judge({ ...message, body: Buffer.from('{}') }), 'SIGNATURE')
  assert.equal(judge({ ...message, signature: message.signature?.replace('v1,', 'v2,') }), 'SIGNATURE')
  assert.equal(judge({ ...message, signature: 'v1,AAAA' }), 'SIGNATURE')
})

test('a timestamp more than 300 s old, or ahead by more, is refused', () => {
  assert.equal(judge(sign([secret], nowMs / 1000 - 300)), null)
  assert.equal(judge(sign([secret], nowMs / 1000 - 301)), 'TIMESTAMP')
  assert.equal(judge(sign([secret], nowMs / 1000 + 300)), null)
  assert.equal(judge(sign([secret], nowMs / 1000 + 301)), 'TIMESTAMP')
})

test('while secrets rotate, either of two is enough on both sides', () => {
  const next = createSecret()
  assert.equal(judge(sign([secret, next])), null)
  assert.equal(judge(sign([secret, next]), [next]), null)
  assert.equal(judge(sign([next]), [secret, next]), null)
})

test('what lacks a header, or puts a full stop into its id, is refused', () => {
  for (const name of ['id', 'timestamp', 'signature'] as const)
    assert.equal(judge({ ...sign([secret]), [name]: undefined }), 'MALFORMED')
  assert.equal(judge({ ...sign([secret]), id: 'a.1790000000.{}' }), 'MALFORMED')
  assert.equal(judge({ ...sign([secret]), timestamp: '1.79e9' }), 'MALFORMED')
})

test('what is no secret of 24 bytes or more is not taken for one', () => {
  for (const text of ['', 'whsec_', 'whsec_c2hvcnQ=', secret.slice(6), `${secret}!`])
    assert.throws(() => readSecret(text), /whsec_/)
})
