import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A folder of migrations, and the programs whose tables it makes. */
export interface MigrationFolder {
  name: string
  /** Whether its tables hold domains' data. */
  tenancy: boolean
  /** The folder whose migrations run before. */
  after: string | null
  programs: readonly string[]
  /** The interface of those that lists the tables. */
  tables: string
}

const base = 'libs/database'

/** Every folder of migrations of the workspace. */
export function listFolders(root: URL): MigrationFolder[] {
  const apps = globSync('apps/*/migrations', { cwd: fileURLToPath(root) })
    .map((folder) => folder.replace(/\/migrations$/, ''))
    .sort()
  return [
    {
      name: base,
      tenancy: true,
      after: null,
      programs: [`${base}/src`, 'libs/subgraph/src'],
      tables: 'BaseTables',
    },
    ...apps.map((name): MigrationFolder => {
      // The console keeps people, who belong to several domains, in a database of its own.
      const isConsole = name === 'apps/console'
      const programs = [`${name}/src`, ...(isConsole ? [] : [`${base}/src`, 'libs/subgraph/src'])]
      return { name, tenancy: !isConsole, after: isConsole ? null : base, programs, tables: 'Tables' }
    }),
  ]
}

/** The migrations of a folder in the order in which they run: name and text. */
export function readMigrations(root: URL, folder: string): [name: string, text: string][] {
  return globSync(`${folder}/migrations/*.sql`, { cwd: fileURLToPath(root) })
    .sort()
    .map((file) => [file.replace(/^.*\/|\.sql$/g, ''), readFileSync(new URL(file, root), 'utf8')])
}
