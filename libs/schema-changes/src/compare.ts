import { diff } from '@graphql-inspector/core'
import {
  buildSchema,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  type GraphQLArgument,
  type GraphQLSchema,
} from 'graphql'

export type Criticality = 'breaking' | 'dangerous' | 'safe'

/** One difference between two versions of the schema. */
export interface SchemaChange {
  /** The element, such as `Patient.fullName` or `Query.patients.first`. */
  path: string
  /** The element as GraphQL writes schema coordinates: `Patient.fullName`, `Query.patients(first:)`. */
  coordinate: string
  criticality: Criticality
  message: string
  /** Why it has this criticality, where that is not plain. */
  reason: string | null
  /** What kind of difference it is, such as `FIELD_REMOVED`, and the names and types that belong to it. */
  kind: string
  facts: Record<string, unknown>
}

/** An element that is deprecated since a version of the schema. */
export interface Deprecation {
  path: string
  reason: string
}

const levels: Record<string, Criticality> = {
  BREAKING: 'breaking',
  DANGEROUS: 'dangerous',
  NON_BREAKING: 'safe',
}

/** What stands for a graph of which nothing was released yet. */
export const emptySchema = 'type Query { _: Boolean }'

/**
 * Lists what differs for a program between two versions. A type or field that is new is told as a whole, words of descriptions are no
 * change of the API, and deprecations are listed by `compareDeprecations`.
 */
export async function compareSchemas(before: string, after: string): Promise<SchemaChange[]> {
  const [old, current] = [buildSchema(before), buildSchema(after)]
  const changes = await diff(old, current)
  return changes
    .filter(({ type }) => !/DESCRIPTION|DIRECTIVE_USAGE|DEPRECATION/.test(String(type)))
    .filter(
      ({ type, path = '' }) => type === 'TYPE_ADDED' || path.startsWith('@') || isWithinKnown(old, path),
    )
    .filter(({ path }) => before !== emptySchema || path !== 'Query._')
    .map(({ path = '', message, criticality, type, meta }) => ({
      path,
      coordinate: toCoordinate(path),
      criticality: levels[criticality.level] ?? 'breaking',
      message,
      reason: criticality.reason ?? null,
      kind: String(type),
      facts: meta as Record<string, unknown>,
    }))
}

/** Writes a path (`Query.patients.first`) as a schema coordinate (`Query.patients(first:)`). */
export function toCoordinate(path: string): string {
  const [type = '', field, argument] = path.split('.')
  if (field === undefined) return type
  return argument === undefined ? `${type}.${field}` : `${type}.${field}(${argument}:)`
}

/** Whether a change is of a part of something that was there: what is new is told as a whole. */
function isWithinKnown(old: GraphQLSchema, path: string): boolean {
  const [typeName = '', fieldName = '', argumentName] = path.split('.')
  const type = old.getType(typeName)
  if (!type || argumentName === undefined) return type !== undefined
  return 'getFields' in type && fieldName in type.getFields()
}

/** Lists what is deprecated in one version and was not in the other. */
export function compareDeprecations(before: string, after: string): Deprecation[] {
  const known = new Set(listDeprecations(buildSchema(before)).map(({ path }) => path))
  return listDeprecations(buildSchema(after)).filter(({ path }) => !known.has(path))
}

function listDeprecations(schema: GraphQLSchema): Deprecation[] {
  return Object.values(schema.getTypeMap()).flatMap((type) => {
    if (type.name.startsWith('__')) return []
    const parts = isEnumType(type)
      ? type.getValues()
      : isObjectType(type) || isInterfaceType(type) || isInputObjectType(type)
        ? Object.values(type.getFields())
        : []
    return parts.flatMap((part) => {
      const path = `${type.name}.${part.name}`
      const inner: readonly GraphQLArgument[] = 'args' in part ? part.args : []
      return [
        ...told(path, part.deprecationReason),
        ...inner.flatMap((argument) => told(`${path}.${argument.name}`, argument.deprecationReason)),
      ]
    })
  })
}

function told(path: string, reason: string | null | undefined): Deprecation[] {
  return reason ? [{ path, reason }] : []
}
