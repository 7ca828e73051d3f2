import { compactVerify, errors } from 'jose'
import { readCompactToken, type CompactToken } from './compact-token.ts'
import { findImportedKey, type RegisteredKey } from './imported-keys.ts'
import { checkTimes } from './token-times.ts'
import { TokenRefusal } from './token-refusal.ts'

/** A consumer as the token gate needs it. Null in what it is held to restricts nothing. */
export interface TokenConsumer {
  id: string
  domainId: number
  name: string
  issuer: string
  active: boolean
  audience: string | null
  scopes: string[] | null
  ipRanges: string[] | null
  /** An ISO instant. */
  expiresAt: string | null
  requestsPerMinute: number | null
  keys: RegisteredKey[]
}

export interface TokenRegistry {
  /** Gives every consumer of the domain with this issuer. */
  findConsumers(domainId: number, issuer: string): readonly TokenConsumer[]
}

export interface VerifiedToken {
  consumer: TokenConsumer
  keyId: string
  issuer: string
}

/** Members that let a token choose how, or with which key, it is verified. */
const dangerousMembers = ['jwk', 'jku', 'x5u', 'x5c', 'crit', 'b64', 'zip']
const keyIdForm = /^[A-Za-z0-9._~:-]{1,128}$/

/** At most 900 s from now, as CHR has it. */
const longestLifetimeSeconds = 900

/** Stands in where there is no key, so that an unknown issuer takes as long to refuse as a wrong signature. */
const decoy: RegisteredKey = {
  id: 'decoy',
  kid: null,
  notBefore: null,
  retireAt: null,
  thumbprint: 'decoy',
  jwk: {
    kty: 'RSA',
    e: 'AQAB',
    n: '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw',
  },
}

/**
 * Verifies a consumer's token for a domain (DESIGN, "The life of a request", step 2): everything that can be said
 * without a key first, in one fixed order, then exactly one active consumer, its keys, the signature, the times of the key
 * and of the consumer, the audience. `now` is in milliseconds. Throws `TokenRefusal`.
 */
export async function verifyToken(
  token: string,
  { domainId, registry, now }: { domainId: number; registry: TokenRegistry; now: number },
): Promise<VerifiedToken> {
  const { header, claims } = readCompactToken(token)
  checkHeader(header)
  const issuer = claims.iss
  if (typeof issuer !== 'string' || issuer === '') throw new TokenRefusal('CLAIMS', 'it has no iss')
  checkTimes(claims, { now, longestLifetimeSeconds })
  const { consumer, keys, reason } = chooseKeys(registry.findConsumers(domainId, issuer), header.kid)
  const key = await findSigner(token, keys)
  if (!consumer || !key) throw new TokenRefusal(null, reason ?? 'its signature is wrong')
  checkKeyTimes(key, now)
  if (consumer.expiresAt && Date.parse(consumer.expiresAt) <= now)
    throw new TokenRefusal('CONSUMER_EXPIRED', 'its consumer has expired')
  checkAudience(claims, consumer.audience)
  return { consumer, keyId: key.id, issuer }
}

function checkHeader(header: CompactToken['header']): void {
  if (header.alg !== 'RS512') throw new TokenRefusal('ALGORITHM', 'its alg is not RS512')
  if (header.typ !== undefined && !(typeof header.typ === 'string' && header.typ.toUpperCase() === 'JWT'))
    throw new TokenRefusal('HEADER', 'its typ is not JWT')
  if (header.kid !== undefined && !(typeof header.kid === 'string' && keyIdForm.test(header.kid)))
    throw new TokenRefusal('HEADER', 'its kid is not 1 to 128 of A-Z a-z 0-9 . _ ~ : -')
  const dangerous = dangerousMembers.find((name) => Object.hasOwn(header, name))
  if (dangerous) throw new TokenRefusal('HEADER', `its header has ${dangerous}`)
}

interface Choice {
  consumer?: TokenConsumer
  keys: RegisteredKey[]
  reason?: string
}

/** A key without a `kid` is tried whatever `kid` the token bears, as CHR does; otherwise `kid` selects. */
function chooseKeys(found: readonly TokenConsumer[], kid: unknown): Choice {
  const active = found.filter((consumer) => consumer.active)
  const [consumer] = active
  if (!consumer)
    return {
      keys: [decoy],
      reason: found.length > 0 ? 'its consumer is deactivated' : 'its issuer is unknown',
    }
  if (active.length > 1) return { keys: [decoy], reason: 'several consumers have its issuer' }
  const keys = consumer.keys.filter((key) => kid === undefined || key.kid === null || key.kid === kid)
  if (keys.length === 0) return { keys: [decoy], reason: 'its consumer has no key with its kid' }
  if (kid !== undefined && keys.filter((key) => key.kid === kid).length > 1)
    return { keys: [decoy], reason: 'two keys have its kid' }
  return { consumer, keys }
}

async function findSigner(token: string, keys: RegisteredKey[]): Promise<RegisteredKey | undefined> {
  for (const key of keys) {
    const imported = findImportedKey(key)
    try {
      await compactVerify(token, imported instanceof Promise ? await imported : imported, {
        algorithms: ['RS512'],
      })
      return key
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error
    }
  }
  return undefined
}

/** Outwardly a key before and after its time is an unknown one: nothing tells that it is, or was, registered. */
function checkKeyTimes({ notBefore, retireAt }: RegisteredKey, now: number): void {
  if (notBefore && Date.parse(notBefore) > now) throw new TokenRefusal(null, 'its key is not accepted yet')
  if (retireAt && Date.parse(retireAt) <= now) throw new TokenRefusal(null, 'its key has retired')
}

/** `aud` is looked at only where the consumer has one configured; then the token must name it. */
function checkAudience(claims: CompactToken['claims'], expected: string | null): void {
  if (expected === null) return
  const audiences = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  if (!audiences.includes(expected)) throw new TokenRefusal('AUDIENCE', 'its aud is not the configured one')
}
