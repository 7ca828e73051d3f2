import { Catalogue } from './catalogue.ts'
import { checkMigration } from './check-migration.ts'
import { listFolders, readMigrations, type MigrationFolder } from './folders.ts'
import { digestOf, type ReleasedFolder } from './released.ts'
import { readStatements } from './statements.ts'

/**
 * Looks at every migration of the workspace that is not released yet, and at whether those released are as they were.
 * Gives a line for each thing that is wrong: file, place and what to do instead.
 */
export function checkAll(root: URL, released: Record<string, ReleasedFolder>): string[] {
  return listFolders(root).flatMap((folder) => [
    ...checkReleased(root, folder, released[folder.name]),
    ...checkNew(root, folder, released),
  ])
}

function checkReleased(root: URL, { name: folder }: MigrationFolder, released?: ReleasedFolder): string[] {
  const there = new Map(readMigrations(root, folder))
  const last = Object.keys(released?.migrations ?? {}).at(-1) ?? ''
  const changed = Object.entries(released?.migrations ?? {}).flatMap(([name, digest]) => {
    const text = there.get(name)
    const file = `${folder}/migrations/${name}.sql`
    if (text === undefined) return [`${file}: it is released and must stay: databases have run it.`]
    if (digestOf(text) === digest) return []
    return [
      `${file}: it is released, and databases that have run it will not run it again: put it back, and write a new migration.`,
    ]
  })
  const between = [...there.keys()]
    .filter((name) => name < last && !(name in (released?.migrations ?? {})))
    .map(
      (name) =>
        `${folder}/migrations/${name}.sql: it comes before ${last}, which is released: number it after that one.`,
    )
  return [...changed, ...between]
}

function checkNew(root: URL, folder: MigrationFolder, allReleased: Record<string, ReleasedFolder>): string[] {
  const catalogue = new Catalogue()
  const take = (text: string): void => {
    for (const statement of readStatements(text)) catalogue.apply(statement)
  }
  if (folder.after) for (const [, text] of readMigrations(root, folder.after)) take(text)
  const { migrations = {}, tables = {}, functions = [] } = allReleased[folder.name] ?? {}
  return readMigrations(root, folder.name).flatMap(([name, text]) => {
    if (name in migrations) {
      take(text)
      return []
    }
    const surroundings = { catalogue, released: { tables, functions }, tenancy: folder.tenancy }
    return checkMigration(text, surroundings).map(
      ({ line, message }) => `${folder.name}/migrations/${name}.sql:${line}: ${message}`,
    )
  })
}
