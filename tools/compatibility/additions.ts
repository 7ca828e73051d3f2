import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isIntrospectionType,
  isObjectType,
  isSpecifiedScalarType,
  type GraphQLSchema,
} from 'graphql'
import type { Surface } from './surface.ts'

/** Something of our graph that CHR does not publish. */
export interface Addition {
  path: string
  /** Whether its own description, or that of what it belongs to, says that it is ours. */
  isMarked: boolean
}

/** Lists what a graph has beside the published surface; of a type that is ours as a whole, only the type. */
export function listAdditions(surface: Surface, schema: GraphQLSchema): Addition[] {
  const additions: Addition[] = []
  const add = (path: string, ...descriptions: (string | null | undefined)[]): void =>
    void additions.push({ path, isMarked: descriptions.some((text) => text?.includes('(ours)')) })
  for (const type of Object.values(schema.getTypeMap())) {
    if (isIntrospectionType(type) || isSpecifiedScalarType(type)) continue
    const theirs = surface.types[type.name]
    if (!theirs) {
      add(type.name, type.description)
      continue
    }
    if (isObjectType(type) || isInterfaceType(type))
      for (const field of Object.values(type.getFields())) {
        const known = theirs.fields?.[field.name]
        if (!known) add(`${type.name}.${field.name}`, field.description)
        else
          for (const argument of field.args)
            if (!known.args?.[argument.name])
              add(`${type.name}.${field.name}(${argument.name}:)`, argument.description)
      }
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        if (!theirs.inputFields?.[field.name]) add(`${type.name}.${field.name}`, field.description)
    if (isEnumType(type))
      for (const value of type.getValues())
        if (!theirs.values?.includes(value.name)) add(`${type.name}.${value.name}`, value.description)
  }
  return additions
}
