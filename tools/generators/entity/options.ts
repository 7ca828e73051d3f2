import type { Tree } from '@nx/devkit'
import { listNamesIn, listSubgraphsOf, readSchemaOf } from '../compose-tree.ts'
import { findDefinition, type DefinitionPlace } from '../definition-of.ts'
import { readFields, type Field } from '../fields.ts'
import { readNames, type Names } from '../names.ts'
import { Refused } from '../refused.ts'

/** What was asked for, on the command line or by the generator of subgraphs. */
export interface EntityOptions {
  name: string
  subgraph: string
  fields: string
  plural?: string
  patient?: boolean
  referencedBy?: string
}

/** An entity as everything that is made for it says it. */
export interface Entity extends Names {
  subgraph: string
  fields: Field[]
  isPatient: boolean
  /** Whether whose a record is must be asked of another subgraph. */
  asksOwner: boolean
  definition: DefinitionPlace
  referencedBy: string
  referrer: DefinitionPlace | undefined
}

/** Reads what was asked for. Throws `Refused` when it cannot be made, before anything is. */
export function readEntity(tree: Tree, options: EntityOptions): Entity {
  const { subgraph, referencedBy = '', patient: isPatient = false } = options
  const names = readNames(options.name, options.plural)
  const fields = readFields(options.fields)
  const definition = findDefinition(tree, subgraph)
  if (referencedBy === subgraph) throw new Refused(`${subgraph} needs no reference table of its own records.`)
  refuseClashes(tree, names)
  refuseTable(tree, subgraph, names.snake)
  if (referencedBy) refuseTable(tree, referencedBy, `${names.snake}_ref`)
  return {
    ...names,
    ...{ subgraph, fields, isPatient, definition, referencedBy },
    asksOwner: isPatient && subgraph !== 'patients',
    referrer: referencedBy ? findDefinition(tree, referencedBy) : undefined,
  }
}

/** A type of the graph has one owner, and a root field one answer. */
function refuseClashes(tree: Tree, { pascal, camel, plural }: Names): void {
  const wanted = [
    ...['', 'Connection', 'Edge'].map((end) => `${pascal}${end}`),
    ...['Create', 'Update'].flatMap((verb) => [`${verb}${pascal}Input`, `${verb}${pascal}Payload`]),
    ...[`Query.${camel}`, `Query.${plural.camel}`, `Mutation.create${pascal}`, `Mutation.update${pascal}`],
  ]
  const clashes = listSubgraphsOf(tree).flatMap(({ name }) => {
    const taken = listNamesIn(readSchemaOf(tree, name))
    return wanted.filter((each) => taken.has(each)).map((each) => `${each} (${name})`)
  })
  if (clashes.length > 0) throw new Refused(`It is in the graph already: ${clashes.join(', ')}.`)
}

/** A database has one table of a name, and some are in that of every subgraph. */
function refuseTable(tree: Tree, subgraph: string, table: string): void {
  for (const folder of ['libs/database/migrations', `apps/${subgraph}/migrations`])
    for (const file of tree.children(folder))
      if (tree.read(`${folder}/${file}`, 'utf8')?.includes(`CREATE TABLE ${table} (`))
        throw new Refused(`There is a table ${table} already: ${folder}/${file}.`)
}
