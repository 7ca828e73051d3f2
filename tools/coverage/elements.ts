import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import type { GraphQLSchema } from 'graphql'

export type ElementKind = 'field' | 'enum value' | 'argument' | 'input field'

/** The elements of API schemas by their schema coordinates: `Type.field`, `Type.field(arg:)`, `Enum.VALUE`, `Input.field`. */
export type Elements = Map<string, ElementKind>

/** Lists every element of the schemas; what stands in several of them counts once. */
export function listElements(schemas: GraphQLSchema[]): Elements {
  const elements: Elements = new Map()
  for (const schema of schemas) {
    for (const type of Object.values(schema.getTypeMap())) {
      if (type.name.startsWith('__')) continue
      if (isObjectType(type) || isInterfaceType(type)) {
        for (const field of Object.values(type.getFields())) {
          elements.set(`${type.name}.${field.name}`, 'field')
          for (const argument of field.args)
            elements.set(`${type.name}.${field.name}(${argument.name}:)`, 'argument')
        }
      } else if (isEnumType(type)) {
        for (const value of type.getValues()) elements.set(`${type.name}.${value.name}`, 'enum value')
      } else if (isInputObjectType(type)) {
        for (const field of Object.values(type.getFields()))
          elements.set(`${type.name}.${field.name}`, 'input field')
      }
    }
  }
  return elements
}

/** The names of the enums that no output field bears: their values can be sent, never returned. */
export function inputOnlyEnums(schemas: GraphQLSchema[]): Set<string> {
  const all = new Set<string>()
  const returned = new Set<string>()
  for (const schema of schemas) {
    for (const type of Object.values(schema.getTypeMap())) {
      if (isEnumType(type)) all.add(type.name)
      if (!isObjectType(type) && !isInterfaceType(type)) continue
      for (const field of Object.values(type.getFields()))
        returned.add(field.type.toString().replaceAll(/[[\]!]/g, ''))
    }
  }
  return new Set([...all].filter((name) => !returned.has(name)))
}
