import type { AlterTableCmd, DropStmt, RenameStmt } from 'libpg-query'
import { droppedFunction } from './catalogue.ts'
import { checkIndexDrop } from './index-rules.ts'
import { isInUse, type Rule, type Setting } from './rule.ts'
import { objectName, tableName } from './statements.ts'

const later =
  'stop naming it, release that (npm run migrations -- --release writes down what a release names), and drop it in the release after'

/** A column may be dropped once the release that still runs names it nowhere. */
export function checkColumnDrop(
  table: string,
  column: string,
  { behavior }: AlterTableCmd,
  setting: Setting,
): string[] {
  const faults: string[] = []
  if (setting.released.tables[table]?.includes(column))
    faults.push(`The release that still runs names ${table}.${column}: ${later}.`)
  const user = findFunction(setting, column)
  if (user)
    faults.push(`The function ${user} names ${column}: CREATE OR REPLACE it without the column first.`)
  if (behavior === 'DROP_CASCADE') faults.push('CASCADE takes away what nobody named: leave it out.')
  return faults
}

export const checkDrop: Rule<DropStmt> = (stmt, setting, comment) => {
  const cascade =
    stmt.behavior === 'DROP_CASCADE' ? ['CASCADE takes away what nobody named: leave it out.'] : []
  switch (stmt.removeType) {
    case 'OBJECT_INDEX':
      return checkIndexDrop(stmt, setting, comment)
    case 'OBJECT_TABLE':
      return [
        ...cascade,
        ...(stmt.objects ?? []).map(objectName).flatMap((table) => {
          if (!isInUse(table, setting)) return []
          const user = findFunction(setting, table)
          return [
            ...(table in setting.released.tables
              ? [`The release that still runs names the table ${table}: ${later}.`]
              : []),
            ...(user
              ? [`The function ${user} names ${table}: CREATE OR REPLACE it without the table first.`]
              : []),
          ]
        }),
      ]
    case 'OBJECT_FUNCTION':
      return [
        ...cascade,
        ...(stmt.objects ?? []).flatMap((object) => checkFunctionDrop(droppedFunction(object), setting)),
      ]
    default:
      return [
        `DROP ${String(stmt.removeType).slice(7)} takes away what the release that still runs may rest on, and nothing is known here of it: add a rule that says when it is safe.`,
      ]
  }
}

/** Also one that comes back at once with another result is another function. */
function checkFunctionDrop(signature: string, { released, before }: Setting): string[] {
  const [name = ''] = signature.split('(')
  if (!before.functions.has(signature) || !released.functions.includes(name)) return []
  return [
    `The release that still runs calls ${signature}: ${later}. A new form of it gets a name or types of its own.`,
  ]
}

export const checkRename: Rule<RenameStmt> = (stmt, setting) => {
  if (stmt.renameType === 'OBJECT_INDEX') return []
  const table = tableName(stmt.relation)
  if (stmt.relation && !isInUse(table, setting)) return []
  const from = [table, stmt.subname].filter(Boolean).join('.') || 'it'
  return [
    `The release that still runs knows ${from} by its old name: add ${stmt.newname ?? 'the new one'} beside it, write both, fill it, read the new one, and drop the old one in a later release.`,
  ]
}

function findFunction({ now }: Setting, name: string): string | undefined {
  const word = new RegExp(`\\b${name}\\b`)
  return [...now.functions].find(([, body]) => word.test(body))?.[0]
}
