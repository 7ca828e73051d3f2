import { createHash } from 'node:crypto'
import { globSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Catalogue } from './catalogue.ts'
import { readDeclaredTables } from './declared-tables.ts'
import { listFolders, readMigrations, type MigrationFolder } from './folders.ts'
import type { ReleasedNames } from './rule.ts'
import { readStatements } from './statements.ts'

/** What of a folder of migrations is out: their digests, and what the programs released with them name. */
export interface ReleasedFolder extends ReleasedNames {
  migrations: Record<string, string>
}

const place = new URL('released.json', import.meta.url)

/** Reads what was released, by folder. */
export function readReleased(): Record<string, ReleasedFolder> {
  return JSON.parse(readFileSync(place, 'utf8')) as Record<string, ReleasedFolder>
}

/** Writes down that every migration there is is released, and what the programs name now. */
export function writeReleased(root: URL): void {
  const folders = listFolders(root).map((folder): [string, ReleasedFolder] => [
    folder.name,
    {
      migrations: Object.fromEntries(
        readMigrations(root, folder.name).map(([name, text]) => [name, digestOf(text)]),
      ),
      ...readNames(root, folder),
    },
  ])
  writeFileSync(place, `${JSON.stringify(Object.fromEntries(folders), null, 2)}\n`)
}

/** The digest of a migration's text. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What the programs of a folder name of its database. */
export function readNames(root: URL, folder: MigrationFolder): ReleasedNames {
  const catalogue = new Catalogue()
  for (const [, text] of readMigrations(root, folder.name))
    for (const statement of readStatements(text)) catalogue.apply(statement)
  const words = new Set(
    folder.programs.flatMap((program) =>
      globSync(`${program}/**/*.ts`, { cwd: fileURLToPath(root) }).flatMap(
        (file) => readFileSync(new URL(file, root), 'utf8').match(/\w+/g) ?? [],
      ),
    ),
  )
  const functions = [...catalogue.functions.keys()].map((signature) => signature.replace(/\(.*/, ''))
  return {
    tables: readDeclaredTables(root, folder.programs, folder.tables),
    functions: [...new Set(functions)].filter((name) => words.has(name)).sort(),
  }
}
