import { globSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

interface Declared {
  members: Map<string, ts.TypeNode | undefined>
  bases: string[]
}

/**
 * Reads which columns of which tables the program names: from the interfaces of its `tables.ts` files, of which `whole` gives
 * the row of each table. What is read with SQL beside them is of the same tables.
 */
export function readDeclaredTables(
  root: URL,
  folders: readonly string[],
  whole: string,
): Record<string, string[]> {
  const interfaces = new Map<string, Declared>()
  for (const folder of folders)
    for (const file of globSync(`${folder}/**/*.ts`, { cwd: fileURLToPath(root) }))
      if (!file.endsWith('.test.ts')) readInterfaces(readFileSync(new URL(file, root), 'utf8'), interfaces)
  const rows = membersOf(whole, interfaces)
  return Object.fromEntries(
    [...rows]
      .map(([table, row]): [string, string[]] => [snake(table), columnsOf(row, interfaces)])
      .sort(([one], [other]) => (one < other ? -1 : 1)),
  )
}

function readInterfaces(text: string, into: Map<string, Declared>): void {
  for (const each of ts.createSourceFile('tables.ts', text, ts.ScriptTarget.Latest).statements) {
    if (!ts.isInterfaceDeclaration(each)) continue
    const members = each.members.flatMap((member): [string, ts.TypeNode | undefined][] =>
      ts.isPropertySignature(member) && (ts.isIdentifier(member.name) || ts.isStringLiteral(member.name))
        ? [[member.name.text, member.type]]
        : [],
    )
    const bases = (each.heritageClauses ?? [])
      .flatMap(({ types }) => [...types])
      .flatMap(({ expression }) => (ts.isIdentifier(expression) ? [expression.text] : []))
    // The first of a name stands: rows are declared once, in a file of tables.
    if (!into.has(each.name.text)) into.set(each.name.text, { members: new Map(members), bases })
  }
}

function membersOf(name: string, interfaces: Map<string, Declared>): Map<string, ts.TypeNode | undefined> {
  const { members, bases } = interfaces.get(name) ?? { members: new Map<string, undefined>(), bases: [] }
  return new Map([...bases.flatMap((base) => [...membersOf(base, interfaces)]), ...members])
}

/** The columns of every row that a type speaks of, whatever it makes of them. */
function columnsOf(type: ts.TypeNode | undefined, interfaces: Map<string, Declared>): string[] {
  const found = new Set<string>()
  const look = (node: ts.Node): void => {
    if (ts.isTypeReferenceNode(node) && ts.isIdentifier(node.typeName))
      for (const column of membersOf(node.typeName.text, interfaces).keys()) found.add(snake(column))
    ts.forEachChild(node, look)
  }
  if (type) look(type)
  return [...found].sort()
}

/** A name in SQL, as `CamelCasePlugin` writes it. */
function snake(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
