import type { Tree } from '@nx/devkit'
import { addFiles, nextMigration } from '../add-files.ts'
import { addEntry, addImport } from '../edit-source.ts'
import { edit } from '../edit-text.ts'
import { addTable } from './add-row.ts'
import { addOther } from './add-to-definition.ts'
import type { Entity } from './options.ts'

/** Gives the subgraph that refers to an entity what it must know of it: a table, what fills it, and who asks when it lacks something. */
export function addReferenceTable(tree: Tree, entity: Entity): void {
  const { referencedBy, referrer, subgraph, pascal, camel, snake, kebab } = entity
  if (!referrer) return
  const app = `apps/${referencedBy}`
  addFiles(tree, new URL('reference-files/', import.meta.url), app, {
    ...entity,
    number: nextMigration(tree, referencedBy),
  })
  addTable(tree, `${app}/src/tables.ts`, {
    name: `${camel}Ref`,
    pascal: `${pascal}Ref`,
    kebab: `${kebab}-ref`,
    row: `/** What is known here of records that ${subgraph} owns. */
export interface ${pascal}RefRow {
  domainId: number
  id: string
  version: number
}`,
  })
  edit(tree, referrer.file, (text) => {
    const source = addImport(text, `import { receive${pascal} } from './${kebab}-refs.ts'`)
    const told = addEntry(source, referrer.constant, ['events'], `'${snake}.changed': receive${pascal}`)
    return addOther(told, referrer.constant, subgraph)
  })
}
