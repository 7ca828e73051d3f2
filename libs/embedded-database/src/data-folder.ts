import { spawn } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { canEnter, type Account } from './account.ts'
import { sharedFolder, type Binaries } from './binaries.ts'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'

/** A server's files: the data that PostgreSQL owns, and the superuser's password, which only we read. */
export interface DataFolder {
  data: string
  log: string
  password: string
  /** Whether it was made by this call. */
  fresh: boolean
}

/**
 * Where PostgreSQL's own files of a folder are: inside it, or, for root in a place that the server's account cannot enter,
 * in a folder named after it below `/var/lib/commonchart`.
 */
export function findHome(folder: string, account: Account): string {
  if (canEnter(account, dirname(resolve(folder)))) return resolve(folder)
  return join(sharedFolder, createHash('sha256').update(resolve(folder)).digest('hex').slice(0, 12))
}

/**
 * Makes a data folder unless it is there. It is made beside its place and moved there when whole, so that a start that was
 * killed leaves nothing that looks finished. Throws `EmbeddedDatabaseError` for a folder that cannot be written or that
 * is not one of this major version.
 */
export async function prepareDataFolder(
  folder: string,
  account: Account,
  binaries: Binaries,
  onProgress: (sentence: string) => void,
): Promise<DataFolder> {
  const home = findHome(folder, account)
  const data = join(home, 'data')
  const partial = join(home, 'data.partial')
  const passwordFile = join(folder, 'password')
  const log = join(home, 'server.log')
  try {
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    mkdirSync(home, { recursive: true, mode: 0o755 })
    // Whatever the umask, and for a folder made by mkdtemp: the server's account must get through to its data.
    if (account.uid !== undefined) chmodSync(home, statSync(home).mode | 0o011)
    writeFileSync(log, '', { flag: 'a', mode: 0o600 })
  } catch (error) {
    throw new EmbeddedDatabaseError(`The folder ${folder} cannot be written: ${reasonOf(error)}.`, error)
  }
  if (existsSync(partial)) {
    onProgress('the data folder was left half-written by a start that was killed: making it anew')
    rmSync(partial, { recursive: true, force: true })
  }
  // A folder elsewhere outlives its project's: without the password it belongs to one that was deleted.
  if (home !== resolve(folder) && !existsSync(passwordFile)) rmSync(data, { recursive: true, force: true })
  if (existsSync(data)) {
    checkDataFolder(data, passwordFile, binaries.major)
    return { data, log, password: readFileSync(passwordFile, 'utf8').trim(), fresh: false }
  }
  const password = randomBytes(24).toString('base64url')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  mkdirSync(partial, { mode: 0o700 })
  give(partial, account)
  try {
    await initialise(partial, account, binaries, password)
  } catch (error) {
    rmSync(partial, { recursive: true, force: true })
    throw error
  }
  renameSync(partial, data)
  return { data, log, password, fresh: true }
}

function checkDataFolder(data: string, passwordFile: string, major: string): void {
  const versionFile = join(data, 'PG_VERSION')
  const whole = existsSync(versionFile) && existsSync(join(data, 'global', 'pg_control'))
  if (!whole || !existsSync(passwordFile))
    throw new EmbeddedDatabaseError(
      `The data folder ${data} is half-written: restore it, or begin anew with "npm start -- --reset".`,
    )
  const version = readFileSync(versionFile, 'utf8').trim()
  if (version !== major)
    throw new EmbeddedDatabaseError(
      `The data folder ${data} was made by PostgreSQL ${version} and this is ${major}: begin anew with "npm start -- --reset", or move the data with pg_dump.`,
    )
}

async function initialise(
  folder: string,
  account: Account,
  binaries: Binaries,
  password: string,
): Promise<void> {
  const passwordFile = join(tmpdir(), `commonchart-${randomBytes(9).toString('base64url')}`)
  writeFileSync(passwordFile, password, { mode: 0o600, flag: 'wx' })
  give(passwordFile, account)
  try {
    await runInitdb(binaries.initdb, folder, passwordFile, account)
  } finally {
    rmSync(passwordFile, { force: true })
  }
}

function runInitdb(initdb: string, folder: string, passwordFile: string, account: Account): Promise<void> {
  // The builtin provider sorts and folds case the same way on every machine, whatever locales it has.
  const args = [
    `--pgdata=${folder}`,
    `--pwfile=${passwordFile}`,
    '--username=postgres',
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale=C',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-sync',
    '--no-instructions',
  ]
  return new Promise((done, failed) => {
    const child = spawn(initdb, args, { ...account, cwd: '/', stdio: ['ignore', 'ignore', 'pipe'] })
    let complaint = ''
    child.stderr.on('data', (chunk) => (complaint += String(chunk)))
    child.once('error', (error) =>
      failed(new EmbeddedDatabaseError(`PostgreSQL's initdb cannot be run: ${reasonOf(error)}.`, error)),
    )
    child.once('close', (code) =>
      code === 0
        ? done()
        : failed(
            new EmbeddedDatabaseError(`PostgreSQL could not make its data folder: ${lastLine(complaint)}`),
          ),
    )
  })
}

function give(path: string, { uid, gid }: Account): void {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/** The last line of a text that says something. */
export function lastLine(text: string): string {
  return text.trim().split('\n').at(-1)?.trim() || 'it gave no reason'
}

/** What is wrong, in the words of the operating system. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const known: Record<string, string> = {
    EACCES: 'permission denied',
    EPERM: 'not permitted',
    EROFS: 'the file system is read-only',
    ENOSPC: 'the disk is full',
    ENOTDIR: 'a file is in its place',
    EEXIST: 'a file is in its place',
    ENOENT: 'it is not there',
  }
  return (code && known[code]) ?? message
}
