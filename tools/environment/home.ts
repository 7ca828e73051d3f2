import { chmodSync, existsSync, mkdirSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { userInfo } from 'node:os'
import { fileURLToPath } from 'node:url'

/** The folder in which an environment keeps its keys, data and logs, `.commonchart` by default, and what is where. */
export interface Home {
  folder: string
  database: string
  logs: string
  state: string
  lock: string
  composed: string
  compileCache: string
  /** Where the gateway keeps the newest checkpoints of the audit log. */
  anchors: string
  /** What the roles of the databases sign in with. */
  rolePasswords: string
  /** IDENTITY_JWKS and PEOPLE_JWKS: public keys only. */
  identityJwks: string
  peopleJwks: string
  serviceKeys(service: string): string
  consoleKey: string
  operatorKey: string
  /** What the console's cookies are signed with, and the links of its first start. */
  consoleSecret: string
  consoleFirstLinks: string
  /** RECORD_MASTER_KEYS and AUDIT_SIGNING_KEY of consumers-audit. */
  recordMasterKeys: string
  auditSigningKey: string
  /** CHECKPOINT_WITNESS: where the audit log's checkpoints are kept outside its database. */
  checkpointWitness: string
  consumerKey(domain: string): string
}

/** Names the places in a home folder; nothing is made. */
export function describeHome(folder: string): Home {
  const root = resolve(folder)
  const at = (...names: string[]): string => join(root, ...names)
  return {
    folder: root,
    database: at('database'),
    logs: at('logs'),
    state: at('state.json'),
    lock: at('start.pid'),
    composed: at('composed.json'),
    // Beside the installed packages, whose code it mostly holds: --reset need not pay for compiling again.
    compileCache: fileURLToPath(new URL('../../node_modules/.cache/commonchart', import.meta.url)),
    anchors: at('anchors'),
    rolePasswords: at('keys', 'roles.json'),
    identityJwks: at('keys', 'identity.jwks.json'),
    peopleJwks: at('keys', 'people.jwks.json'),
    serviceKeys: (service) => at('keys', `${service}.keys.json`),
    consoleKey: at('keys', 'console.key.json'),
    operatorKey: at('keys', 'operator.key.json'),
    consoleSecret: at('keys', 'console-session.secret'),
    consoleFirstLinks: at('console-first-links.json'),
    recordMasterKeys: at('keys', 'record-master.keys.json'),
    auditSigningKey: at('keys', 'audit-signing.key.json'),
    checkpointWitness: at('witness'),
    consumerKey: (domain) => at(`${domain}-consumer.pem`),
  }
}

/** Makes the home folder and those for keys, logs and checkpoints. Only for root may others pass through: PostgreSQL's own user must. */
export function makeHome(home: Home): void {
  for (const [folder, mode] of [
    [home.folder, userInfo().uid === 0 ? 0o711 : 0o700],
    [join(home.folder, 'keys'), 0o700],
    [home.logs, 0o700],
    [home.checkpointWitness, 0o700],
  ] as const) {
    makeFolder(folder, mode)
    chmodSync(folder, mode)
  }
}

/** Node's own `recursive` never returns in a place such as /proc, where folders cannot be made. */
function makeFolder(folder: string, mode: number): void {
  if (existsSync(folder)) return
  makeFolder(dirname(folder), 0o755)
  mkdirSync(folder, { mode })
}
