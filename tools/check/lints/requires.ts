import { Kind, parse, visit } from 'graphql'
import type { Fault, Lint } from './lint.ts'

/**
 * A field whose `@requires` selects with arguments is refused: a representation names fields without their arguments, so the
 * planner cannot tell it from what the document asks for. It reads the supergraph, where `@requires` has one spelling.
 */
export const lintRequires: Lint = ({ supergraph }) => {
  const faults: Fault[] = []
  let type = ''
  visit(parse(supergraph, { noLocation: true }), {
    ObjectTypeDefinition: (node) => void (type = node.name.value),
    InterfaceTypeDefinition: (node) => void (type = node.name.value),
    FieldDefinition(node) {
      for (const { name, arguments: given } of node.directives ?? []) {
        const required = given?.find((each) => each.name.value === 'requires')?.value
        if (name.value !== 'join__field' || required?.kind !== Kind.STRING) continue
        if (selectsWithArguments(required.value))
          faults.push({
            coordinate: `${type}.${node.name.value}`,
            message: `its @requires gives arguments, which the planner gets wrong: ${required.value}`,
          })
      }
    },
  })
  return faults
}

function selectsWithArguments(selection: string): boolean {
  let found = false
  visit(parse(`{ ${selection} }`), { Argument: () => void (found = true) })
  return found
}
