import assert from 'node:assert/strict'
import {
  defaultFieldResolver,
  defaultTypeResolver,
  getNamedType,
  isAbstractType,
  isObjectType,
  type GraphQLAbstractType,
  type GraphQLFieldResolver,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql'
import type { SubgraphContext } from './context.ts'
import { requestedFields } from './fields.ts'
import { noteRead } from './recorded.ts'

/** Gives the id of the patient whom a row is about. The row must hold it, whatever fields are asked for. */
export type PatientIdOf = (row: never) => string | number | null | undefined

/**
 * Whose data the rows of each type are. A type whose rows this subgraph owns is counted, by the row's `id`; one that only
 * stands for a record of another subgraph is a `referenceOf` a patient: it names the patient and counts nothing here. One
 * that shows the patient under another name or in part (`showsPatient`) counts as the patient itself.
 */
export type PatientOf = Record<
  string,
  PatientIdOf | { referenceOf: PatientIdOf } | { showsPatient: PatientIdOf }
>

type Resolve = GraphQLFieldResolver<unknown, SubgraphContext>
/** Notes one value that a field gave. */
type Note = (value: object, context: SubgraphContext, info: GraphQLResolveInfo) => void | Promise<void>

/**
 * Makes a schema note whose data its answers show, in `context.recorded`: whatever field gives a row of a type in
 * `patientOf`, alone or in a list, notes it. Other fields cost nothing, and what is null counts nothing. The cursors of a
 * page tell of the records that they point at, so these count, too.
 */
export function countReads(schema: GraphQLSchema, patientOf: PatientOf): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      const note = createNote(schema, getNamedType(field.type), patientOf)
      if (note) field.resolve = noting(field.resolve, note)
      const listed = noteOf(namedAt(type, 'nodes'), patientOf)
      if (listed && getNamedType(field.type).name === 'PageInfo')
        field.resolve = notingEnds(field.resolve, listed)
    }
  }
  return schema
}

function noting(resolve: Resolve = defaultFieldResolver, note: Note): Resolve {
  return (source, args, context, info) =>
    watch(resolve(source, args, context, info), (value) => note(value, context, info))
}

/** Passes a value through and notes it on the way: at once, when it settles, or each of a list. */
function watch(value: unknown, note: (value: object) => void | Promise<void>): unknown {
  if (typeof value !== 'object' || value === null || value instanceof Error) return value
  if (isPromise(value)) return value.then((settled) => watch(settled, note))
  if (Symbol.iterator in value) return Array.from(value as Iterable<unknown>, (each) => watch(each, note))
  const noted = note(value)
  return noted ? noted.then(() => value) : value
}

function isPromise(value: object): value is Promise<unknown> {
  return typeof (value as { then?: unknown }).then === 'function'
}

/** What is to be noted of values of a type, or null. */
function createNote(schema: GraphQLSchema, type: GraphQLNamedType, patientOf: PatientOf): Note | null {
  if (isAbstractType(type)) {
    const members = schema.getPossibleTypes(type)
    return members.some((member) => noteOf(member.name, patientOf)) ? noteMember(type, patientOf) : null
  }
  const node = isObjectType(type) && 'cursor' in type.getFields() && noteOf(namedAt(type, 'node'), patientOf)
  if (!node) return noteOf(type.name, patientOf)
  return (edge, context, info) => {
    const row = (edge as { node?: object | null }).node
    return row ? node(row, context, info) : undefined
  }
}

function namedAt(type: GraphQLObjectType, field: string): string {
  const found = type.getFields()[field]
  return found ? getNamedType(found.type).name : ''
}

function noteOf(type: string, patientOf: PatientOf): Note | null {
  const rule = Object.hasOwn(patientOf, type) ? patientOf[type] : undefined
  if (!rule) return null
  if (typeof rule === 'function') return noteRow(type, rule)
  if ('referenceOf' in rule)
    return (row, { recorded }) => noteRead(recorded, ownerOf(row, type, rule.referenceOf), null)
  return (row, { recorded }) => {
    const id = ownerOf(row, type, rule.showsPatient)
    noteRead(recorded, id, { type: 'Patient', id })
  }
}

function noteRow(type: string, idOf: PatientIdOf): Note {
  return (row, { recorded }) => {
    const { id } = row as { id?: unknown }
    assert(id !== undefined, `a row of ${type} has an id`)
    noteRead(recorded, ownerOf(row, type, idOf), { type, id: String(id) })
  }
}

/** Whose a row is. What cannot be recorded is not answered. */
function ownerOf(row: object, type: string, idOf: PatientIdOf): string {
  const patientId = idOf(row as never)
  assert(patientId !== null && patientId !== undefined, `a row of ${type} says whose it is`)
  return String(patientId)
}

function noteMember(type: GraphQLAbstractType, patientOf: PatientOf): Note {
  const resolveType = type.resolveType ?? defaultTypeResolver
  return async (value, context, info) => {
    const name = await resolveType(value, context, info, type)
    await noteOf(name ?? '', patientOf)?.(value, context, info)
  }
}

/** Notes the first and the last record of a page when their cursors are asked for. */
function notingEnds(resolve: Resolve = defaultFieldResolver, note: Note): Resolve {
  return (page, args, context, info) => {
    const { nodes } = page as { nodes: object[] }
    const asked = requestedFields(info)
    const ends = [asked.has('startCursor') && nodes[0], asked.has('endCursor') && nodes.at(-1)]
    for (const row of ends) if (row) void note(row, context, info)
    return resolve(page, args, context, info)
  }
}
