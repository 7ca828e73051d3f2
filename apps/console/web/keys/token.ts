import { toBase64Url } from './encoding.ts'
import { signing } from './private-key.ts'

export const longestSeconds = 900

export interface TokenFacts {
  issuer: string
  audience?: string | null
  kid?: string | null
  lifetimeSeconds?: number
  nowMs?: number
}

/** Signs a consumer's token in this page: JWT, RS512, `exp` at most 900 s ahead. */
export async function mintToken(
  key: CryptoKey,
  { issuer, audience, kid, lifetimeSeconds = 300, nowMs = Date.now() }: TokenFacts,
): Promise<string> {
  const exp = Math.floor(nowMs / 1000) + Math.min(lifetimeSeconds, longestSeconds)
  const header = encode({ alg: 'RS512', typ: 'JWT', ...(kid && { kid }) })
  const signed = `${header}.${encode({ iss: issuer, ...(audience && { aud: audience }), exp })}`
  const signature = await crypto.subtle.sign(signing, key, new TextEncoder().encode(signed))
  return `${signed}.${toBase64Url(signature)}`
}

function encode(value: object): string {
  return toBase64Url(new TextEncoder().encode(JSON.stringify(value)))
}
