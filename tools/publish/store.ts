import { createHash, randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** One subgraph as it was published. */
export interface PublishedSubgraph {
  /** Counts what was published of this subgraph, from 1 on. */
  version: number
  /** The version of the supergraph with which its schema came; the text lies there. */
  since: number
  /** Where it answers. */
  urls: string[]
  /** Of its schema. */
  sha256: string
  at: string
  by: string | null
  /** The commit that it was read from. */
  commit: string | null
}

/** One composed supergraph, and what it was made of. */
export interface SupergraphVersion {
  version: number
  /** Why it was made, such as `patients 4`. */
  because: string
  /** The version that it has again, byte by byte, after a rollback. */
  restores: number | null
  at: string
  by: string | null
  sha256: string
  subgraphs: Record<string, PublishedSubgraph>
}

/**
 * A folder of published supergraphs. Every version is kept under `versions/N` and never changed; the highest is the current
 * one, and `supergraph.graphql` has its text, for gateways to follow as a file or through any web server that gives an ETag.
 * A version comes into being by one rename, which fails when its number is taken, so of two who publish at once one sees that
 * it has to compose anew; there is no lock that a crash could leave behind.
 */
export class Store {
  readonly folder: string

  constructor(folder: string) {
    this.folder = folder
  }

  /** Gives the current version, or null while nothing is published. */
  findLatest(): SupergraphVersion | null {
    const numbers = this.listNumbers()
    return numbers.length === 0 ? null : this.getVersion(Math.max(...numbers))
  }

  listVersions(): SupergraphVersion[] {
    return this.listNumbers()
      .sort((one, other) => one - other)
      .map((number) => this.getVersion(number))
  }

  /** Throws when there is none with this number. */
  getVersion(version: number): SupergraphVersion {
    const file = join(this.folderOf(version), 'version.json')
    if (!existsSync(file)) throw new Error(`there is no version ${version} in ${this.folder}`)
    return JSON.parse(readFileSync(file, 'utf8')) as SupergraphVersion
  }

  readSupergraph(version: number): string {
    return readFileSync(join(this.folderOf(version), 'supergraph.graphql'), 'utf8')
  }

  readSchema(name: string, { since }: PublishedSubgraph): string {
    return readFileSync(join(this.folderOf(since), 'subgraphs', `${name}.graphql`), 'utf8')
  }

  /**
   * Puts in the version that follows the one that was looked at, whole or not at all, and makes it current. Gives false,
   * having changed nothing, when another came first.
   */
  append(version: SupergraphVersion, supergraph: string, schemas: Record<string, string>): boolean {
    mkdirSync(join(this.folder, 'versions'), { recursive: true })
    const draft = join(this.folder, 'versions', `.draft-${randomUUID()}`)
    try {
      write(join(draft, 'supergraph.graphql'), supergraph)
      write(join(draft, 'version.json'), `${JSON.stringify(version, null, 2)}\n`)
      for (const [name, text] of Object.entries(schemas))
        write(join(draft, 'subgraphs', `${name}.graphql`), text)
      renameSync(draft, this.folderOf(version.version))
    } catch (error) {
      rmSync(draft, { recursive: true, force: true })
      if (['ENOTEMPTY', 'EEXIST'].includes((error as NodeJS.ErrnoException).code ?? '')) return false
      throw error
    }
    this.settle()
    return true
  }

  /** Makes `supergraph.graphql` the highest version. Whoever was overtaken meanwhile puts right what it wrote. */
  settle(): void {
    for (let written = -1; ;) {
      const latest = this.findLatest()
      if (latest === null || latest.version === written) return
      const draft = join(this.folder, `.supergraph-${randomUUID()}`)
      write(draft, this.readSupergraph(latest.version))
      renameSync(draft, join(this.folder, 'supergraph.graphql'))
      written = latest.version
    }
  }

  private listNumbers(): number[] {
    const folder = join(this.folder, 'versions')
    if (!existsSync(folder)) return []
    return readdirSync(folder)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  }

  private folderOf(version: number): string {
    return join(this.folder, 'versions', String(version))
  }
}

/** Writes a file so that it is on the disk before anything is renamed to show it. */
function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text, { flush: true })
}

export function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
