import { hash, type KeyObject } from 'node:crypto'
import type { RecordedRequest, SealedFacts } from './access-record.ts'
import { compress, decompress } from './compress.ts'
import { decrypt, encrypt } from './master-keys.ts'
import { drawRandomBytes } from './random-pool.ts'
import { joinBriefly } from './scratch.ts'

const lengthBytes = 8

/** The bodies of a request, sealed, and the salted hash of them that the audit log keeps. */
export interface SealedRequest {
  sealed: Buffer
  salt: Buffer
  detailHash: string
}

/** What was sealed, as it was. */
export interface OpenedRequest extends SealedFacts {
  request: Buffer
  response: Buffer
}

/**
 * Seals what a request asked and what it was answered: compressed (zstd), then encrypted with AES-256-GCM, bound to its
 * domain and its id.
 */
export async function sealRequest(
  key: KeyObject,
  { record, request, response }: RecordedRequest,
): Promise<SealedRequest> {
  const { reads, changes, domainId, id } = record
  const facts = Buffer.from(JSON.stringify({ reads, changes } satisfies SealedFacts))
  const lengths = Buffer.alloc(lengthBytes)
  lengths.writeUInt32BE(facts.length)
  lengths.writeUInt32BE(request.length, 4)
  const packed = await compress([lengths, facts, request, response])
  const salt = drawRandomBytes(16)
  return {
    sealed: encrypt(key, packed, placeOf(domainId, id)),
    salt,
    detailHash: hashBodies(salt, request, response),
  }
}

/** Opens what `sealRequest` sealed. Throws when it is not what was sealed for this domain and id. */
export async function openSealed(
  key: KeyObject,
  sealed: Buffer,
  { domainId, id }: { domainId: number; id: string },
): Promise<OpenedRequest> {
  const plain = await decompress(decrypt(key, sealed, placeOf(domainId, id)))
  const factsEnd = lengthBytes + plain.readUInt32BE(0)
  const requestEnd = factsEnd + plain.readUInt32BE(4)
  const facts = JSON.parse(plain.subarray(lengthBytes, factsEnd).toString('utf8')) as SealedFacts
  return { ...facts, request: plain.subarray(factsEnd, requestEnd), response: plain.subarray(requestEnd) }
}

/** The hash that stands in the request's audit leaf: SHA-256 (base64url) of salt, length of the request, both bodies. */
export function hashBodies(salt: Buffer, request: Buffer, response: Buffer): string {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(request.length)
  return hash('sha256', joinBriefly([salt, length, request, response]), 'base64url')
}

function placeOf(domainId: number, id: string): string {
  return `${domainId}/${id}`
}
