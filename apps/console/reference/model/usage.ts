import {
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isUnionType,
  type GraphQLSchema,
} from 'graphql'

/** A place of the schema: a field, or an argument of one. */
export interface Place {
  type: string
  field: string
  argument?: string
}

/** Where a type stands in the schema. */
export interface Usage {
  /** Fields that give it. */
  returnedBy: Place[]
  /** Arguments and input fields that take it. */
  takenBy: Place[]
  /** Types that implement it, or unions that it belongs to. */
  implementedBy: string[]
  unions: string[]
}

/** Lists where each type of the schema is used, in the order of the schema. */
export function listUsages(schema: GraphQLSchema): Map<string, Usage> {
  const usages = new Map<string, Usage>()
  const of = (name: string): Usage => {
    const known = usages.get(name)
    if (known) return known
    const usage: Usage = { returnedBy: [], takenBy: [], implementedBy: [], unions: [] }
    usages.set(name, usage)
    return usage
  }
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith('__')) continue
    if (isObjectType(type))
      for (const { name } of type.getInterfaces()) of(name).implementedBy.push(type.name)
    if (isUnionType(type)) for (const { name } of type.getTypes()) of(name).unions.push(type.name)
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields()))
        of(getNamedType(field.type).name).takenBy.push({ type: type.name, field: field.name })
    if (!isObjectType(type) && !isInterfaceType(type)) continue
    for (const field of Object.values(type.getFields())) {
      of(getNamedType(field.type).name).returnedBy.push({ type: type.name, field: field.name })
      for (const argument of field.args)
        of(getNamedType(argument.type).name).takenBy.push({
          ...{ type: type.name, field: field.name, argument: argument.name },
        })
    }
  }
  return usages
}
