import { readFileSync } from 'node:fs'

/** What package-lock.json says of one installed package. */
export interface LockedPackage {
  version?: string
  license?: string
  link?: boolean
  dev?: boolean
  dependencies?: Record<string, string>
  devDependencies?: Record<string, string>
  optionalDependencies?: Record<string, string>
  peerDependencies?: Record<string, string>
  peerDependenciesMeta?: Record<string, { optional?: boolean }>
}

/** The packages of package-lock.json by the folder they are installed in, such as `node_modules/pg`. */
export type LockedPackages = Record<string, LockedPackage>

/** Reads the packages of a workspace's package-lock.json. */
export function readLockfile(root: URL): LockedPackages {
  const lock = JSON.parse(readFileSync(new URL('package-lock.json', root), 'utf8')) as {
    packages: LockedPackages
  }
  return lock.packages
}

/**
 * Lists the folders of the packages that run when `names` are imported from the workspace, with all that they need.
 * Types are left out: nothing loads them.
 */
export function listRuntimeFolders(packages: LockedPackages, names: Iterable<string>): string[] {
  const folders = new Set<string>()
  const pending: { name: string; from: string; needed: boolean }[] = []
  for (const name of names) pending.push({ name, from: '', needed: true })
  for (let next = pending.pop(); next; next = pending.pop()) {
    const folder = findFolder(packages, next.name, next.from)
    if (!folder && next.needed)
      throw new Error(`${next.name}, which ${next.from || 'the app'} imports, is not installed`)
    if (!folder || folders.has(folder)) continue
    folders.add(folder)
    for (const [name, needed] of listNeeds(packages[folder] ?? {}))
      pending.push({ name, from: folder, needed })
  }
  return [...folders].sort()
}

function listNeeds(locked: LockedPackage): [name: string, needed: boolean][] {
  const {
    dependencies = {},
    optionalDependencies = {},
    peerDependencies = {},
    peerDependenciesMeta = {},
  } = locked
  const needs: [string, boolean][] = [
    ...Object.keys(dependencies).map((name): [string, boolean] => [name, !(name in optionalDependencies)]),
    ...Object.keys(optionalDependencies).map((name): [string, boolean] => [name, false]),
    ...Object.keys(peerDependencies)
      .filter((name) => !peerDependenciesMeta[name]?.optional)
      .map((name): [string, boolean] => [name, true]),
  ]
  return needs.filter(([name]) => !name.startsWith('@types/'))
}

/** Looks for a package as Node does: in the importer's own node_modules, then in each one above. */
function findFolder(packages: LockedPackages, name: string, from: string): string | undefined {
  for (let place = from; ; place = place.slice(0, Math.max(0, place.lastIndexOf('/node_modules/')))) {
    const folder = `${place ? `${place}/` : ''}node_modules/${name}`
    if (packages[folder]) return folder
    if (!place) return undefined
  }
}
