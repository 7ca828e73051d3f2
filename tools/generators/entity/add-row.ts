import type { Tree } from '@nx/devkit'
import { addBeforeInterface, addHeritage, addImport, addMember } from '../edit-source.ts'
import { edit, readText } from '../edit-text.ts'
import type { Entity } from './options.ts'

/** The longest that a file may be, as lint says. */
const longestFile = 250

/** Adds the type of an entity's rows, to the subgraph's tables.ts or, when that is full, beside it. Gives the module that has it. */
export function addRow(tree: Tree, { subgraph, pascal, camel, kebab, fields, isPatient }: Entity): string {
  const file = `apps/${subgraph}/src/tables.ts`
  const row = `export interface ${pascal}Row {
  domainId: number
  id: Generated<string>
  version: Generated<number>
  createdAt: Date
  updatedAt: Date${isPatient ? '\n  patientId: string' : ''}
${fields.map((field) => `  ${field.name}: ${field.row}${field.isRequired ? '' : ' | null'}`).join('\n')}
}`
  return addTable(tree, file, { name: camel, kebab, pascal, row })
}

/** Adds a table to those of a subgraph. */
export function addTable(
  tree: Tree,
  file: string,
  { name, kebab, pascal, row }: { name: string; kebab: string; pascal: string; row: string },
): string {
  const lines = readText(tree, file).split('\n').length + row.split('\n').length + 2
  if (lines <= longestFile) {
    edit(tree, file, (text) =>
      addMember(addBeforeInterface(text, 'Tables', row), 'Tables', `${name}: ${pascal}Row`),
    )
    return './tables.ts'
  }
  const module = `./${kebab}-tables.ts`
  const generated = row.includes('Generated<') ? "import type { Generated } from 'kysely'\n\n" : ''
  tree.write(
    file.replace('tables.ts', module.slice(2)),
    `${generated}${row}\n\nexport interface ${pascal}Tables {\n  ${name}: ${pascal}Row\n}\n`,
  )
  edit(tree, file, (text) =>
    addImport(
      addHeritage(text, 'Tables', `${pascal}Tables`),
      `import type { ${pascal}Tables } from '${module}'`,
    ),
  )
  return module
}
