import { createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  createServiceSigner,
  generateServiceKey,
  type PrincipalKind,
  type PrivateServiceJwk,
  type PublicServiceJwk,
  type ServiceSigner,
} from '@commonchart/identity'
import { subgraphNames } from '@commonchart/subgraph-list'
import { signToken } from './tokens.ts'

/** The services' keys of one environment, as files and as signers. */
export interface TestServiceKeys {
  /** IDENTITY_JWKS. */
  jwksFile: string
  /** SERVICE_KEYS of each service. */
  keyFiles: Record<string, string>
  publicJwks: PublicServiceJwk[]
  privateJwks: Record<string, PrivateServiceJwk>
  signers: Record<string, ServiceSigner>
  /** Writes the JWKS file anew, for tests of keys that change. */
  replaceJwks(keys: PublicServiceJwk[]): void
  close(): void
}

/**
 * Creates a key per service with the rights it has in production: the gateway speaks for consumers, people and operators,
 * each service for itself. `close()` removes the files.
 */
export function createTestServiceKeys(names: string[] = ['gateway', ...subgraphNames]): TestServiceKeys {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-keys-'))
  const jwksFile = join(folder, 'identity.jwks.json')
  const keys = names.map((owner) => {
    const audiences = [...new Set([...subgraphNames, ...names])].filter((name) => name !== 'gateway')
    const kinds: PrincipalKind[] =
      owner === 'gateway' ? ['consumer', 'person', 'operator', 'service'] : ['service']
    return { owner, ...generateServiceKey({ owner, kinds, audiences }) }
  })
  const byOwner = <Value>(of: (key: (typeof keys)[number]) => Value): Record<string, Value> =>
    Object.fromEntries(keys.map((key) => [key.owner, of(key)]))
  const replaceJwks = (all: PublicServiceJwk[]): void =>
    writeFileSync(jwksFile, JSON.stringify({ keys: all }), { mode: 0o644 })
  const publicJwks = keys.map((key) => key.publicJwk)
  replaceJwks(publicJwks)
  return {
    jwksFile,
    keyFiles: byOwner(({ owner, privateJwk }) => {
      const file = join(folder, `${owner}.keys.json`)
      writeFileSync(file, JSON.stringify([privateJwk]), { mode: 0o600 })
      return file
    }),
    publicJwks,
    privateJwks: byOwner((key) => key.privateJwk),
    signers: byOwner((key) => createServiceSigner([key.privateJwk])),
    replaceJwks,
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}

/** The keys of the console and of an operator, as the gateway's PEOPLE_JWKS and as private keys. */
export interface TestPeopleKeys {
  jwksFile: string
  /** The operator's private key, for the command line and the console. */
  operatorJwk: PrivateServiceJwk
  /** The console's private key. */
  consoleJwk: PrivateServiceJwk
  signPersonToken(domain: string, overrides?: Record<string, unknown>): string
  signOperatorToken(overrides?: Record<string, unknown>): string
  close(): void
}

/** Creates the keys that people of the console and operators sign with; tokens can be overridden claim by claim. */
export function createTestPeopleKeys(): TestPeopleKeys {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-people-'))
  const jwksFile = join(folder, 'people.jwks.json')
  const make = (owner: string, kind: PrincipalKind): ReturnType<typeof generateServiceKey> =>
    generateServiceKey({ owner, kinds: [kind], audiences: ['gateway'] })
  const person = make('console', 'person')
  const operator = make('operator', 'operator')
  writeFileSync(jwksFile, JSON.stringify({ keys: [person.publicJwk, operator.publicJwk] }))
  const signAs = (jwk: PrivateServiceJwk, typ: string, claims: Record<string, unknown>): string =>
    signToken({
      algorithm: 'EdDSA',
      privateKey: createPrivateKey({
        key: { kty: 'OKP', crv: 'Ed25519', x: jwk.x, d: jwk.d },
        format: 'jwk',
      }),
      header: { typ, kid: jwk.kid },
      issuer: jwk.owner,
      claims: { aud: 'gateway', iat: Math.floor(Date.now() / 1000), ...claims },
    })
  return {
    jwksFile,
    operatorJwk: operator.privateJwk,
    consoleJwk: person.privateJwk,
    signPersonToken: (domain, overrides) =>
      signAs(person.privateJwk, 'person+jwt', {
        sub: 'support',
        name: 'Support',
        role: 'support',
        dom: domain,
        ...overrides,
      }),
    signOperatorToken: (overrides) =>
      signAs(operator.privateJwk, 'operator+jwt', {
        sub: 'operator',
        name: 'Operator',
        role: 'operator',
        ...overrides,
      }),
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
