import { execFile } from 'node:child_process'
import { existsSync, lstatSync, statSync } from 'node:fs'
import { userInfo } from 'node:os'
import { dirname, resolve } from 'node:path'
import { promisify } from 'node:util'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'

const run = promisify(execFile)

/** The account that the server runs as: another than ours only when we are root, whom PostgreSQL refuses. */
export interface Account {
  uid?: number
  gid?: number
}

const accountName = 'postgres'

/** Finds the account to run as, and makes one when we are root and the machine has none. */
export async function findOrCreateAccount(): Promise<Account> {
  if (userInfo().uid !== 0) return {}
  return (await findAccount()) ?? (await createAccount())
}

async function findAccount(): Promise<Account | undefined> {
  try {
    const [uid, gid] = await Promise.all([run('id', ['-u', accountName]), run('id', ['-g', accountName])])
    return { uid: Number(uid.stdout), gid: Number(gid.stdout) }
  } catch {
    return undefined
  }
}

async function createAccount(): Promise<Account> {
  const failures: unknown[] = []
  // shadow's useradd on most systems, busybox' adduser on Alpine.
  for (const [command, args] of [
    ['useradd', ['--system', '--user-group', '--no-create-home', accountName]],
    ['adduser', ['-S', '-D', '-H', accountName]],
  ] as const) {
    try {
      await run(command, [...args])
      const account = await findAccount()
      if (account) return account
    } catch (error) {
      failures.push(error)
    }
  }
  throw new EmbeddedDatabaseError(
    `PostgreSQL does not run as root and no user "${accountName}" could be made: create one, or run this as another user.`,
    failures[0],
  )
}

/** Tells whether an account can enter a folder: every folder above it must let it pass. */
export function canEnter(account: Account, folder: string): boolean {
  if (account.uid === undefined) return true
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(at)) {
      const { mode, uid, gid } = statSync(at)
      const bit = uid === account.uid ? 0o100 : gid === account.gid ? 0o010 : 0o001
      if ((mode & bit) === 0) return false
    }
    if (at === dirname(at)) return true
  }
}

/** Tells whether there is anything at a path, a link to nothing included. */
export function isThere(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
