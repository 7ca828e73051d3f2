import { randomBytes } from 'node:crypto'
import { chmodSync, cpSync, mkdirSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { consoleRole, roles } from '@commonchart/database'
import { subgraphNames } from '@commonchart/subgraph-list'
import { findState, writeState } from '../environment/environment-state.ts'
import { describeHome, makeHome } from '../environment/home.ts'
import { ensureConsoleSecret, ensurePeopleKey } from '../environment/people-keys.ts'
import { findJson, writePrivateFile, writePublicFile } from '../environment/private-file.ts'
import { ensureRecordKeys } from '../environment/record-keys.ts'
import { ensureRolePasswords, ensureServiceKeys } from '../environment/service-keys.ts'

/**
 * Makes what docker-compose.yml mounts, and keeps what is there: `secrets/` for each container its own files, `public/`
 * the keys that everybody may know. The containers' user is not ours, so the files can be read by all and the folder
 * by its owner alone.
 */
export function ensureComposeSecrets(folder: string): string {
  const home = describeHome(folder)
  makeHome(home)
  ensureServiceKeys(home)
  ensureRecordKeys(home)
  ensurePeopleKey(home, 'console')
  ensurePeopleKey(home, 'operator')
  ensureConsoleSecret(home)
  const secrets = join(home.folder, 'secrets')
  mkdirSync(secrets, { recursive: true, mode: 0o700 })
  chmodSync(secrets, 0o700)
  const write = (name: string, text: string): void => writePublicFile(join(secrets, name), text)
  for (const service of ['gateway', ...subgraphNames])
    write(`${service}.keys.json`, JSON.stringify(findJson(home.serviceKeys(service)), null, 2))
  for (const file of [
    home.recordMasterKeys,
    home.auditSigningKey,
    home.consoleKey,
    home.operatorKey,
    home.consoleSecret,
  ])
    write(basename(file), readFileSync(file, 'utf8'))
  const passwords = ensureRolePasswords(home)
  for (const name of subgraphNames) {
    const owner = ensureOwnerPassword(join(home.folder, 'keys', `${name}.owner.json`))
    const addressAs = (user: string, password: string): string =>
      `postgres://${user}:${password}@${name}-database:5432/${name.replaceAll('-', '_')}`
    write(`${name}-database.password`, owner)
    write(
      `${name}.env`,
      `DATABASE_URL=${addressAs(roles.app, passwords.app)}\nWORKER_DATABASE_URL=${addressAs(roles.worker, passwords.worker)}\n`,
    )
    write(
      `${name}-migration.env`,
      `MIGRATION_DATABASE_URL=${addressAs('postgres', owner)}\nAPP_PASSWORD=${passwords.app}\nWORKER_PASSWORD=${passwords.worker}\n`,
    )
  }
  const owner = ensureOwnerPassword(join(home.folder, 'keys', 'console.owner.json'))
  const addressAs = (user: string, password: string): string =>
    `postgres://${user}:${password}@console-database:5432/console`
  write('console-database.password', owner)
  write('console.env', `DATABASE_URL=${addressAs(consoleRole, passwords.console)}\n`)
  write(
    'console-migration.env',
    `MIGRATION_DATABASE_URL=${addressAs('postgres', owner)}\nCONSOLE_PASSWORD=${passwords.console}\n`,
  )
  // The folder is mounted, not its files: a mounted file would stay the old one when it is replaced.
  const published = join(home.folder, 'public')
  mkdirSync(published, { recursive: true })
  cpSync(home.identityJwks, join(published, 'identity.jwks.json'))
  cpSync(home.peopleJwks, join(published, 'people.jwks.json'))
  writeState(home, {
    ...findState(home),
    url: 'http://localhost:4000',
    operatorUrl: 'http://127.0.0.1:4001/operator/graphql',
  })
  return home.folder
}

function ensureOwnerPassword(file: string): string {
  const known = findJson<{ password: string }>(file)
  if (known) return known.password
  const password = randomBytes(24).toString('base64url')
  writePrivateFile(file, JSON.stringify({ password }))
  return password
}
