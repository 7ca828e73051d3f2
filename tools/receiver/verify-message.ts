import { createHmac, timingSafeEqual } from 'node:crypto'

/** A message as it came: what its three headers say, and its body, byte for byte. */
export interface SignedMessage {
  id: string | undefined
  timestamp: string | undefined
  signature: string | undefined
  body: Buffer
}

/** Why a message is not taken. */
export type Refusal = 'MALFORMED' | 'TIMESTAMP' | 'SIGNATURE'

/** A message is good for so long, before and after the receiver's own clock. */
export const toleranceSeconds = 300

/** Reads a secret, `whsec_` and base64 of at least 24 bytes, as Standard Webhooks writes it. Throws where it is none. */
export function readSecret(text: string): Buffer {
  const [, encoded = ''] = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(text) ?? []
  const secret = Buffer.from(encoded, 'base64')
  if (secret.length < 24 || secret.length > 64)
    throw new Error('A secret is whsec_ and base64 of 24 to 64 bytes.')
  return secret
}

/**
 * Judges a message by Standard Webhooks: one of its signatures must be HMAC-SHA256 of `id.timestamp.body` under one of the
 * secrets, and its timestamp at most 300 s from now. Null when it is good. Signatures are compared in constant time.
 */
export function findRefusal(
  secrets: Buffer[],
  { id, timestamp, signature, body }: SignedMessage,
  nowMs: number,
): Refusal | null {
  // A full stop in the id would let what is signed be cut in another place.
  if (!id || !/^[^.\s]{1,256}$/.test(id) || !timestamp || !/^\d{1,12}$/.test(timestamp) || !signature)
    return 'MALFORMED'
  if (Math.abs(nowMs / 1000 - Number(timestamp)) > toleranceSeconds) return 'TIMESTAMP'
  const given = signature
    .split(' ')
    .filter((each) => each.startsWith('v1,'))
    .map((each) => Buffer.from(each.slice(3), 'base64'))
  const isGood = secrets.some((secret) => {
    const expected = createHmac('sha256', secret).update(`${id}.${timestamp}.`).update(body).digest()
    return given.some((each) => each.length === expected.length && timingSafeEqual(each, expected))
  })
  return isGood ? null : 'SIGNATURE'
}
