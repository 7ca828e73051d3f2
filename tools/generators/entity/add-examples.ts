import type { Tree } from '@nx/devkit'
import { edit } from '../edit-text.ts'
import type { Entity } from './options.ts'

/** Adds the examples of an entity's root fields to those of the API reference, in the order in which they can be run. */
export function addExamples(tree: Tree, { pascal, camel, plural, fields, isPatient }: Entity): void {
  const selection = `id version ${fields.map(({ name }) => name).join(' ')}`
  const input = (at: 0 | 1): string => fields.map(({ name, samples }) => `${name}: ${samples[at]}`).join(', ')
  const whose = isPatient ? 'patientId: "{{patients.nodes.0.id}}", ' : ''
  const id = `"{{create${pascal}.${camel}.id}}"`
  edit(
    tree,
    'apps/console/reference/examples.graphql',
    (text) => `${text}
mutation Create${pascal} {
  create${pascal}(input: { ${whose}${input(0)} }) { ${camel} { ${selection} } }
}

query ${pascal} {
  ${camel}(id: ${id}) { ${selection}${isPatient ? ' patient { fullName }' : ''} }
}

query ${plural.pascal} {
  ${plural.camel}(first: 2) { nodes { ${selection} } pageInfo { hasNextPage endCursor } totalCount }
}

mutation Update${pascal} {
  update${pascal}(input: { id: ${id}, ${input(1)} }) { ${camel} { ${selection} } }
}
`,
  )
}
