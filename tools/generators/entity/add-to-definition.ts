import { addEntry, addImport } from '../edit-source.ts'
import type { Entity } from './options.ts'

/** Says in the definition of a subgraph whose the rows of an entity are, who may ask for them, and whom the subgraph itself calls. */
export function addToDefinition(text: string, entity: Entity): string {
  const { definition, pascal, camel, plural, isPatient, asksOwner, referencedBy } = entity
  const add = (source: string, path: string[], entry: string): string =>
    addEntry(source, definition.constant, path, entry)
  let source = text
  const reader = `read${pascal}References`
  const imported = [...(referencedBy ? [reader] : []), ...(isPatient ? [`type ${pascal}`] : [])]
  if (imported.length > 0)
    source = addImport(source, `import { ${imported.join(', ')} } from './${plural.kebab}.ts'`)
  if (isPatient) source = add(source, ['patientOf'], `${pascal}: ({ patientId }: ${pascal}) => patientId`)
  if (asksOwner && !/\bPatient: /.test(source))
    source = add(source, ['patientOf'], 'Patient: { referenceOf: ({ id }: { id: string }) => id }')
  if (asksOwner) source = addOther(source, definition.constant, 'patients')
  if (!referencedBy) return source
  source = add(source, ['references'], `${camel}: ${reader}`)
  return addOther(source, definition.constant, referencedBy)
}

/** Adds a service to those that a subgraph calls, unless it does already. */
export function addOther(source: string, constant: string, name: string): string {
  const [, others = ''] = /\n {2}others: \[(.*?)\]/s.exec(source) ?? []
  return others.includes(`'${name}'`) ? source : addEntry(source, constant, ['others'], `'${name}'`)
}
