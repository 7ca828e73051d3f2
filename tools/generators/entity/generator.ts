import { execFileSync } from 'node:child_process'
import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit'
import { addFiles, nextMigration } from '../add-files.ts'
import { composeTree, listNamesIn, readSchemaOf } from '../compose-tree.ts'
import { addEntry, addImport } from '../edit-source.ts'
import { edit, insertSorted } from '../edit-text.ts'
import { neededByAll, sharedDefinitions } from '../shared-definitions.ts'
import { addExamples } from './add-examples.ts'
import { addReferenceTable } from './add-reference-table.ts'
import { addRow } from './add-row.ts'
import { addToDefinition } from './add-to-definition.ts'
import { readEntity, type Entity, type EntityOptions } from './options.ts'

const templates = (folder: string): URL => new URL(`${folder}/`, import.meta.url)

/** `nx g @commonchart/tools:entity`: everything of one type of records. Nothing is written when it is refused. */
export default async function generateEntity(tree: Tree, options: EntityOptions): Promise<GeneratorCallback> {
  const entity = addEntity(tree, options)
  composeTree(tree)
  await formatFiles(tree)
  return () => finish(tree, entity)
}

/** Adds an entity to the workspace, except for what comes out of composition and of formatting. */
export function addEntity(tree: Tree, options: EntityOptions): Entity {
  const entity = readEntity(tree, options)
  const { subgraph, pascal, camel, snake, kebab, plural, aWords, definition, isPatient } = entity
  const src = `apps/${subgraph}/src`
  const rowModule = addRow(tree, entity)
  const values = describeTemplates(tree, entity, rowModule)
  addFiles(tree, templates('files/app'), `apps/${subgraph}`, values)
  addFiles(tree, templates('files/stack'), 'apps/gateway-e2e/src/one-stack', values)
  if (isPatient && !tree.exists(`${src}/required-patient.ts`))
    addFiles(tree, templates('patient-files'), src, values)
  edit(tree, 'apps/gateway-e2e/src/one-stack.test.ts', (text) =>
    insertLine(text, `import './one-stack/${plural.kebab}.ts'`),
  )
  edit(tree, `${src}/resolvers.ts`, (text) => {
    const names = `${camel}Mutations, ${camel}Queries, ${camel}Types`
    let source = addImport(text, `import { ${names} } from './${kebab}-resolvers.ts'`)
    source = addEntry(source, 'resolvers', ['Query'], `...${camel}Queries`)
    source = addEntry(source, 'resolvers', ['Mutation'], `...${camel}Mutations`)
    return addEntry(source, 'resolvers', [], `...${camel}Types`)
  })
  edit(tree, definition.file, (text) => addToDefinition(text, entity))
  edit(tree, 'libs/audit/src/actions.ts', (text) => {
    const created = insertSorted(text, `${snake}.created`, `  '${snake}.created': '${aWords} was created.',`)
    return insertSorted(created, `${snake}.updated`, `  '${snake}.updated': '${aWords} was changed.',`)
  })
  edit(tree, 'libs/audit/src/record-types.ts', (text) =>
    insertSorted(text, pascal, `  ${pascal}: '${subgraph}',`),
  )
  const visits = `${src}/patient-data.test.ts`
  if (isPatient && tree.exists(visits)) edit(tree, visits, (text) => visitElsewhere(text, entity))
  if (entity.referrer) addReferenceTable(tree, entity)
  addExamples(tree, entity)
  return entity
}

/** Writes what rests on the files that were written, and says what is left for people to do. */
export function finish({ root }: Tree, { pascal, isPatient, subgraph }: Entity, more: string[] = []): void {
  execFileSync(process.execPath, ['tools/docs/main.ts'], { cwd: root, stdio: 'inherit' })
  const left = [
    `describe what ${pascal} and its fields are in apps/${subgraph}/schema`,
    '`npm run reference:examples` keeps what the new examples are answered',
    ...more,
    ...(isPatient
      ? ['say what becomes of its records when charts are merged: they stay with the chart they name']
      : []),
  ]
  console.log(`\nLeft to do:\n${left.map((each) => `- ${each}`).join('\n')}`)
}

function describeTemplates(tree: Tree, entity: Entity, rowModule: string): Record<string, unknown> {
  const { subgraph, fields, isPatient } = entity
  const declared = listNamesIn(readSchemaOf(tree, subgraph))
  const needed = [...neededByAll, ...fields.map(({ graph }) => graph)].filter(
    (name) => name in sharedDefinitions && !declared.has(name),
  )
  const { kebab, plural } = entity
  return {
    ...entity,
    rowModule,
    ...{ pluralKebab: plural.kebab, kebab, number: nextMigration(tree, subgraph) },
    declaresPatient:
      isPatient && !declared.has('Patient') && !/extend type Patient\b/.test(readSchemaOf(tree, subgraph)),
    findsPatient: isPatient && subgraph === 'patients',
    hasText: fields.some(({ graph }) => graph === 'String'),
    hasRules: fields.some(({ graph, isRequired }) => graph === 'String' || isRequired),
    requiredField: fields.find(({ isRequired }) => isRequired),
    sharedDefinitions: [...new Set(needed)].map((name) => sharedDefinitions[name]),
  }
}

/** That what shows a patient's data says so is tested beside the entity, not where a subgraph tests it of all its own. */
function visitElsewhere(text: string, { pascal, camel, plural }: Entity): string {
  const roots = [
    `Query.${camel}`,
    `Query.${plural.camel}`,
    `Mutation.create${pascal}`,
    `Mutation.update${pascal}`,
  ]
  return [...roots, `_Entity.${pascal}`].reduce(
    (source, root) => addEntry(source, 'visitedElsewhere', [], `'${root}': ''`),
    text,
  )
}

/** Adds an import to a file that consists of them, in their order. */
function insertLine(text: string, line: string): string {
  const lines = text.split('\n')
  const at = lines.findIndex((each) => each.startsWith('import ') && each > line)
  lines.splice(at < 0 ? lines.findLastIndex((each) => each.startsWith('import ')) + 1 : at, 0, line)
  return lines.join('\n')
}
