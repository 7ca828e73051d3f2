import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  isScalarType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLSchema,
} from 'graphql'
import { areaOf, areaOfRoot, ownerOf, type Area } from './areas.ts'
import type { Surface } from './surface.ts'

/** One element of the published surface, and whether a program written for it can use ours unchanged. */
export interface Element {
  area: Area
  /** For example `Patient.firstName`, `Query.patients(email:)`, `GenderEnum.MALE`. */
  path: string
  isServed: boolean
  /** The later subgraph that owns it, if one does. */
  owner: 'chart' | 'coordination' | null
}

type Input = Pick<GraphQLArgument, 'name' | 'type'>

/**
 * Compares a graph with the published surface, element by element. What we give may be stricter (non-null) than CHR's, what
 * we take may be looser (optional), and anything may be added.
 */
export function compareWithSurface(surface: Surface, schema: GraphQLSchema): Element[] {
  const elements: Element[] = []
  const add = (area: Area, path: string, isServed: boolean, types: string[]): void =>
    void elements.push({ area, path, isServed, owner: ownerOf(path, types) })

  function compareInputs(
    area: Area,
    path: (name: string) => string,
    theirs: Record<string, { type: string }>,
    ours: readonly Input[],
    { types, isRequired }: { types: string[]; isRequired: (input: never) => boolean },
  ): void {
    for (const [name, { type }] of Object.entries(theirs)) {
      const own = ours.find((each) => each.name === name)
      add(area, path(name), own !== undefined && fits(type, String(own.type)), [...types, type])
    }
    for (const extra of ours)
      if (!(extra.name in theirs) && isRequired(extra as never))
        add(area, `${path(extra.name)} is required`, false, types)
  }

  for (const [name, theirs] of Object.entries(surface.types)) {
    const ours = schema.getType(name)
    const area = areaOf(name)
    const isRoot = name === surface.queryType || name === surface.mutationType
    if (theirs.kind === 'SCALAR') add(area, name, isScalarType(ours), [name])
    const fields = isObjectType(ours) || isInterfaceType(ours) ? ours.getFields() : {}
    for (const [field, { type, args = {} }] of Object.entries(theirs.fields ?? {})) {
      const where = isRoot ? areaOfRoot(field, type) : area
      const own = fields[field]
      const types = [...(isRoot ? [field.charAt(0).toUpperCase() + field.slice(1)] : [name]), type]
      add(where, `${name}.${field}`, own !== undefined && fits(String(own.type), type), types)
      const options = { types, isRequired: isRequiredArgument }
      compareInputs(where, (each) => `${name}.${field}(${each}:)`, args, own?.args ?? [], options)
    }
    if (theirs.inputFields) {
      const own = isInputObjectType(ours) ? Object.values(ours.getFields()) : []
      const options = { types: [name], isRequired: isRequiredInputField }
      compareInputs(area, (each) => `${name}.${each}`, theirs.inputFields, own, options)
    }
    for (const value of theirs.values ?? [])
      add(area, `${name}.${value}`, isEnumType(ours) && ours.getValue(value) !== undefined, [name])
    if (theirs.kind === 'UNION')
      for (const member of theirs.possibleTypes ?? [])
        add(
          area,
          `${name} | ${member}`,
          isUnionType(ours) && ours.getTypes().some((each) => each.name === member),
          [name, member],
        )
  }
  return elements
}

/** Whether the type `strict` is `loose` with nothing but more exclamation marks. */
function fits(strict: string, loose: string): boolean {
  let at = 0
  for (const character of loose) {
    if (strict[at] === '!' && character !== '!') at += 1
    if (strict[at] !== character) return false
    at += 1
  }
  return ['', '!'].includes(strict.slice(at))
}
