import { randomBytes } from 'node:crypto'
import {
  generateServiceKey,
  type PrincipalKind,
  type PrivateServiceJwk,
  type PublicServiceJwk,
} from '@commonchart/identity'
import { subgraphNames } from '@commonchart/subgraph-list'
import type { Home } from './home.ts'
import { findJson, writePrivateFile, writePublicFile } from './private-file.ts'

/** Whom each service's key may speak for: the gateway for those who ask it, everybody for themselves. */
function rightsOf(owner: string): { owner: string; kinds: PrincipalKind[]; audiences: string[] } {
  return owner === 'gateway'
    ? { owner, kinds: ['consumer', 'person', 'operator', 'service'], audiences: [...subgraphNames] }
    : { owner, kinds: ['service'], audiences: subgraphNames.filter((name) => name !== owner) }
}

/** Makes what is missing of the services' Ed25519 keys and of the JWKS file with their public halves. */
export function ensureServiceKeys(home: Home): void {
  const publicJwks = ['gateway', ...subgraphNames].flatMap((owner) => {
    const file = home.serviceKeys(owner)
    const known = findJson<PrivateServiceJwk[]>(file)
    // A subgraph that is new since the key was made is one more that it may speak to.
    if (known) return known.map((key) => ({ ...toPublic(key), ...rightsOf(owner) }))
    const { privateJwk, publicJwk } = generateServiceKey(rightsOf(owner))
    writePrivateFile(file, JSON.stringify([privateJwk], null, 2))
    return [publicJwk]
  })
  const text = JSON.stringify({ keys: publicJwks }, null, 2)
  const present = findJson<{ keys: PublicServiceJwk[] }>(home.identityJwks)
  if (JSON.stringify(present, null, 2) !== text) writePublicFile(home.identityJwks, text)
}

/** The public half of a private key. */
export function toPublic({ d: _private, ...jwk }: PrivateServiceJwk): PublicServiceJwk {
  return jwk
}

/** What the services' roles sign in to their databases with; made at the first call. */
export function ensureRolePasswords(home: Home): { app: string; worker: string; console: string } {
  const known = findJson<{ app: string; worker: string; console?: string }>(home.rolePasswords)
  const create = (): string => randomBytes(24).toString('base64url')
  if (known?.console) return { ...known, console: known.console }
  const passwords = { app: create(), worker: create(), console: create(), ...known }
  writePrivateFile(home.rolePasswords, JSON.stringify(passwords, null, 2))
  return passwords
}
