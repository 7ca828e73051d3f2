import {
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isScalarType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'
import { requiredInput } from './made-records.ts'
import { valueFor } from './values.ts'

type Field = GraphQLField<unknown, unknown>
type Values = Record<string, unknown>

/** A place of the graph that takes a value from outside: an argument, or a field of an input. */
export interface HostilePlace {
  /** For example `Mutation.createPatient(input: identifications.value)`. */
  name: string
  /** The scalar that it takes. */
  scalar: string
  /** The root field that the variable `$v` is sent with, everything else as a well-meaning program sends it. */
  call: string
}

/** Stands for the variable in a value that is to be written. */
const variable = Symbol('$v')

/** Lists every place below a root type that takes a scalar, of root fields and of the fields below them. */
export function listPlaces(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  idOf: (type: string) => string,
): HostilePlace[] {
  const places: HostilePlace[] = []
  for (const field of Object.values(root.getFields()))
    for (const place of placesOf(field.args)) {
      const plain = plainArguments(schema, field, idOf)
      places.push({
        name: `${root.name}.${field.name}(${place.path.join('.')})`,
        scalar: place.scalar,
        call: `${field.name}${writeArguments(field.args, put(field.args, plain, place.path))} ${selectLeaves(field, root.name === 'Query' ? 3 : 2)}`,
      })
    }
  if (root.name === 'Query') places.push(...listNested(schema, root, idOf))
  return places
}

/** The places at fields below the root fields, each reached by the shortest way. */
function listNested(
  schema: GraphQLSchema,
  root: GraphQLObjectType,
  idOf: (type: string) => string,
): HostilePlace[] {
  const places: HostilePlace[] = []
  const seen = new Set<string>()
  const waiting: { type: GraphQLObjectType; write: (inner: string) => string }[] = []
  for (const field of Object.values(root.getFields())) {
    const type = getNamedType(field.type)
    const call = `${field.name}${writeArguments(field.args, plainArguments(schema, field, idOf))}`
    if (isObjectType(type)) waiting.push({ type, write: (inner) => `${call} { ${inner} }` })
  }
  for (const { type, write } of waiting) {
    if (seen.has(type.name)) continue
    seen.add(type.name)
    for (const field of Object.values(type.getFields())) {
      const plain = plainArguments(schema, field, idOf)
      for (const { path, scalar } of placesOf(field.args)) {
        const inner = `${field.name}${writeArguments(field.args, put(field.args, plain, path))} ${selectLeaves(field)}`
        places.push({ name: `${type.name}.${field.name}(${path.join('.')})`, scalar, call: write(inner) })
      }
      const next = getNamedType(field.type)
      const call = `${field.name}${writeArguments(field.args, plain)}`
      if (isObjectType(next)) waiting.push({ type: next, write: (inner) => write(`${call} { ${inner} }`) })
    }
  }
  return places
}

/** The ways to each scalar that arguments take, down through their inputs. */
function placesOf(
  args: readonly Pick<GraphQLArgument, 'name' | 'type'>[],
): { path: string[]; scalar: string }[] {
  return args.flatMap(({ name, type }) => {
    const named = getNamedType(type)
    if (isScalarType(named)) return [{ path: [name], scalar: named.name }]
    if (!isInputObjectType(named)) return []
    const inner = placesOf(Object.values(named.getFields()))
    return inner.map(({ path, scalar }) => ({ path: [name, ...path], scalar }))
  })
}

function plainArguments(schema: GraphQLSchema, field: Field, idOf: (type: string) => string): Values {
  const plain: Values = {}
  for (const argument of field.args.filter(isRequiredArgument)) {
    const named = getNamedType(argument.type)
    const record = getNamedType(field.type)
    if (isInputObjectType(named)) plain[argument.name] = requiredInput(schema, field, idOf)
    else if (argument.name === 'patientId') plain[argument.name] = idOf('Patient')
    else
      plain[argument.name] =
        named.name === 'ID' ? idOf(record.name) : valueFor(argument.type, argument.name, 1)
  }
  return plain
}

/** The values with the variable at a place; what an input around it requires is filled in. */
function put(
  fields: readonly Pick<GraphQLArgument, 'name' | 'type'>[],
  values: Values,
  [name = '', ...rest]: string[],
): Values {
  if (rest.length === 0) return { ...values, [name]: variable }
  const named = getNamedType(fields.find((field) => field.name === name)?.type)
  if (!isInputObjectType(named)) throw new Error(`${name} is no input`)
  const inner = Object.values(named.getFields())
  const given = values[name]
  const base = Array.isArray(given) ? given[0] : given
  const filled = Object.fromEntries(
    inner
      .filter(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined)
      .map((field) => [field.name, valueFor(field.type, field.name, 1)] as const),
  )
  return { ...values, [name]: put(inner, { ...filled, ...(base as Values | undefined) }, rest) }
}

function writeArguments(args: readonly GraphQLArgument[], values: Values): string {
  const written = args
    .filter(({ name }) => name in values)
    .map(({ name, type }) => `${name}: ${write(type, values[name])}`)
  return written.length > 0 ? `(${written.join(', ')})` : ''
}

/** Writes a value as GraphQL does, a single one where a list is taken as a list of one. */
function write(type: GraphQLInputType, value: unknown): string {
  if (isNonNullType(type)) return write(type.ofType as GraphQLInputType, value)
  if (isListType(type))
    return `[${(Array.isArray(value) ? value : [value]).map((each) => write(type.ofType as GraphQLInputType, each)).join(', ')}]`
  if (value === variable) return '$v'
  if (isEnumType(type)) return String(value)
  if (!isInputObjectType(type)) return JSON.stringify(value)
  const fields = type.getFields()
  const written = Object.entries(value as Values).map(([name, each]) => {
    const field = fields[name]
    if (!field) throw new Error(`${type.name} has no field ${name}`)
    return `${name}: ${write(field.type, each)}`
  })
  return `{ ${written.join(', ')} }`
}

/** Selects what can be read without arguments, down to the records of a connection. */
function selectLeaves(field: Field, depth = 2): string {
  const type = getNamedType(field.type)
  if (!isObjectType(type)) return isCompositeType(type) ? '{ __typename }' : ''
  const inner = Object.values(type.getFields()).flatMap((each) => {
    if (each.args.some(isRequiredArgument)) return []
    if (!isCompositeType(getNamedType(each.type))) return [each.name]
    return depth > 1 ? [`${each.name} ${selectLeaves(each, depth - 1)}`] : []
  })
  return `{ ${['__typename', ...inner].join(' ')} }`
}
