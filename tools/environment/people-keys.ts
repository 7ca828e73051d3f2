import { randomBytes } from 'node:crypto'
import { existsSync } from 'node:fs'
import { generateServiceKey, type PrivateServiceJwk, type PublicServiceJwk } from '@commonchart/identity'
import type { Home } from './home.ts'
import { findJson, writePrivateFile, writePublicFile } from './private-file.ts'
import { toPublic } from './service-keys.ts'

/** Whose key it is: `console` signs for the people of the settings page, `operator` for the platform's operator. */
export type PeopleKeyOwner = 'console' | 'operator'

/**
 * Makes the key of the console or of the operator unless it is there, and puts its public half into PEOPLE_JWKS. Says
 * whether it was made.
 */
export function ensurePeopleKey(home: Home, owner: PeopleKeyOwner): boolean {
  const file = owner === 'console' ? home.consoleKey : home.operatorKey
  const known = findJson<PrivateServiceJwk>(file)
  const kind = owner === 'console' ? 'person' : 'operator'
  const key = known ?? generateServiceKey({ owner, kinds: [kind], audiences: ['gateway'] }).privateJwk
  if (!known) writePrivateFile(file, JSON.stringify(key, null, 2))
  const listed = findJson<{ keys: PublicServiceJwk[] }>(home.peopleJwks)?.keys ?? []
  if (!listed.some(({ kid }) => kid === key.kid))
    writePublicFile(home.peopleJwks, JSON.stringify({ keys: [...listed, toPublic(key)] }, null, 2))
  return !known
}

/** Makes the secret that the console signs its cookies with, unless it is there. */
export function ensureConsoleSecret(home: Home): void {
  if (!existsSync(home.consoleSecret))
    writePrivateFile(home.consoleSecret, randomBytes(32).toString('base64url'))
}
