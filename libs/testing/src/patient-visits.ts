import {
  getNamedType,
  isLeafType,
  isRequiredArgument,
  print,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { findPatientTypes, objectsOf } from './patient-types.ts'

/** One question for one value that can be a patient's data. */
export interface PatientVisit {
  /** The root field that it begins with. */
  root: string
  /** The fields on the way. */
  path: string[]
  query: string
}

/** The part of an answer that is looked at. */
export interface VisitedAnswer {
  data?: unknown
  errors?: { message: string }[]
  extensions?: Record<string, unknown>
}

/** Arguments of fields as GraphQL writes them, by `Query.patient`, `Mutation.…` and, for representations, `_Entity.Patient`. */
export type VisitArguments = Record<string, string | (() => string)>

/** What tells nothing of anybody. */
const saysNothing = new Set(['totalCount', 'clientMutationId', 'hasNextPage', 'hasPreviousPage'])

/**
 * Lists a question for each single value of patients' data, along every way to it from every root field, so that each is
 * asked for alone, but for the fields `without`. Throws when a root field that leads there has no arguments in `given`.
 */
export function listPatientVisits(
  schema: GraphQLSchema,
  given: VisitArguments,
  without: readonly string[] = [],
): PatientVisit[] {
  const holding = findPatientTypes(schema)
  const visits: PatientVisit[] = []
  for (const root of [schema.getQueryType(), schema.getMutationType()])
    for (const field of Object.values(root?.getFields() ?? {}))
      for (const type of objectsOf(schema, field.type)) {
        if (!root || !holding.has(type.name)) continue
        const isEntity = field.name === '_entities'
        // What only refers to another subgraph's record cannot be resolved here, and nobody asks.
        if (isEntity && isReference(type)) continue
        const name = isEntity ? `_Entity.${type.name}` : `${root.name}.${field.name}`
        if (!(name in given)) throw lacking(name)
        const write = (inner: string) => {
          const text = argumentsOf(given, name)
          const call = isEntity ? `_entities(representations: [${text}])` : `${field.name}${text}`
          return `${root.name === 'Query' ? 'query' : 'mutation'} { ${call} { ... on ${type.name} { ${inner} } } }`
        }
        walk(schema, type, { given, without }, (path, inner) =>
          visits.push({
            root: name,
            path: [field.name, ...path],
            get query() {
              return write(inner)
            },
          }),
        )
      }
  return visits
}

/** Arguments in parentheses, or as they are for representations; made anew for each question. */
function argumentsOf(given: VisitArguments, name: string): string {
  const text = given[name]
  const written = typeof text === 'function' ? text() : (text ?? '')
  return written === '' || name.startsWith('_Entity.') ? written : `(${written})`
}

/** A type that is reached, and how a question for something of it is written. */
interface Reached {
  type: GraphQLObjectType
  path: string[]
  write: (inner: string) => string
}

/** Walks from a type along each field once, by the shortest way, and gives each single value on it. */
function walk(
  schema: GraphQLSchema,
  start: GraphQLObjectType,
  { given, without }: { given: VisitArguments; without: readonly string[] },
  emit: (path: string[], inner: string) => void,
): void {
  const seen = new Set<string>()
  const waiting: Reached[] = [{ type: start, path: [], write: (inner) => inner }]
  for (const { type, path, write } of waiting)
    for (const field of Object.values(type.getFields())) {
      const name = `${type.name}.${field.name}`
      if (without.includes(name)) continue
      if (field.args.some(isRequiredArgument) && !(name in given)) throw lacking(name)
      const call = `${field.name}${argumentsOf(given, name)}`
      const here = [...path, field.name]
      if (isLeafType(getNamedType(field.type))) {
        if (!saysNothing.has(field.name)) emit(here, write(call))
        continue
      }
      if (seen.has(name)) continue
      seen.add(name)
      for (const child of objectsOf(schema, field.type))
        waiting.push({
          type: child,
          path: here,
          write: (inner) => write(`${call} { ... on ${child.name} { ${inner} } }`),
        })
    }
}

/** Whether a type has keys and none by which it can be resolved. */
function isReference({ astNode }: GraphQLObjectType): boolean {
  const keys = (astNode?.directives ?? []).filter((directive) => directive.name.value === 'key')
  return keys.length > 0 && keys.every((key) => /resolvable: false/.test(print(key)))
}

function lacking(name: string): Error {
  return new Error(`the visit of patients' data has no arguments for ${name}`)
}

/** Says what is wrong with the answer to a visit: errors, no row that could have been shown, or no patient named. Null when nothing is. */
export function judgeVisit(
  { path }: PatientVisit,
  { data, errors, extensions }: VisitedAnswer,
): string | null {
  const name = path.join('.')
  if (errors) return `${name}: ${errors.map((error) => error.message).join('; ')}`
  const rows = path.slice(0, -1).reduce<unknown[]>(follow, [data])
  if (rows.length === 0) return `${name}: there is no row to show, so nothing is tested`
  const { reads = [] } = (extensions?.recorder ?? {}) as { reads?: { patientId: string }[] }
  return reads.length > 0 ? null : `${name}: the answer shows it and names no patient`
}

function follow(rows: unknown[], field: string): unknown[] {
  return rows
    .flatMap((row) => (row as Record<string, unknown>)[field])
    .filter((each) => each !== null && each !== undefined)
}
