import {
  getNamedType,
  isAbstractType,
  isLeafType,
  isObjectType,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLSchema,
} from 'graphql'

/** What only carries records: it needs no entry of its own as long as it says nothing but this. */
const carriers = /(?:Connection|Edge|Payload)$|^PageInfo$/
const saidByCarriers = new Set([
  ...['cursor', 'startCursor', 'endCursor', 'hasNextPage', 'hasPreviousPage'],
  ...['totalCount', 'clientMutationId'],
])

/** What a patient is called. */
const patients = new Set(['Patient', 'Respondent'])

/**
 * Names the object types of a subgraph that hold patients' data, by its schema alone: Patient, also by its former name; every type from which Patient
 * can be reached; every type with a field `patientId`, or given by a field that is asked by `patientId`; and every type that
 * can be reached only below those.
 */
export function findPatientTypes(schema: GraphQLSchema): Set<string> {
  const types = Object.values(schema.getTypeMap()).filter(
    (type): type is GraphQLObjectType => isObjectType(type) && !type.name.startsWith('__'),
  )
  const roots = types.filter((type) => isRoot(schema, type))
  const others = types.filter((type) => !roots.includes(type))
  const holding = new Set(others.filter((type) => 'patientId' in type.getFields() || patients.has(type.name)))
  for (const type of types)
    for (const field of Object.values(type.getFields()))
      if (isAskedByPatient(field)) for (const given of objectsOf(schema, field.type)) holding.add(given)
  for (let size = -1; size < holding.size;) {
    size = holding.size
    for (const type of others)
      if (next(schema, type).some((reached) => holding.has(reached))) holding.add(type)
  }
  const starts = roots.flatMap((root) => next(schema, root))
  // That an entity can be resolved for the gateway says nothing of where clients come to it from.
  const ownStarts = roots.flatMap((root) => next(schema, root, '_entities'))
  const free = reach(schema, ownStarts, (type) => !holding.has(type))
  const all = reach(schema, starts, () => true)
  return new Set([...all].filter((type) => !free.has(type)).map((type) => type.name))
}

/** Lists types that hold patients' data and do not say whose their rows are, and entries that say so of no such type. */
export function findPatientDataFaults(
  schema: GraphQLSchema,
  { patientOf, exempt }: { patientOf: object; exempt: Record<string, string> },
): string[] {
  const holding = findPatientTypes(schema)
  const declared = [...Object.keys(patientOf), ...Object.keys(exempt)]
  const undeclared = [...holding].filter((name) => !declared.includes(name) && !isCarrier(schema, name))
  return [
    ...undeclared.map((name) => `${name} holds patients' data and is not in patientOf`),
    ...declared.filter((name) => !holding.has(name)).map((name) => `${name} holds no patient's data`),
    ...findLeaves(schema).map((name) => `${name} is asked by patientId and gives no record that names one`),
  ]
}

function isRoot(schema: GraphQLSchema, type: GraphQLNamedType): boolean {
  return type === schema.getQueryType() || type === schema.getMutationType()
}

function isAskedByPatient(field: GraphQLField<unknown, unknown>): boolean {
  return field.args.some((argument) => argument.name === 'patientId')
}

/** The object types that a field may give. */
export function objectsOf(
  schema: GraphQLSchema,
  type: GraphQLField<unknown, unknown>['type'],
): readonly GraphQLObjectType[] {
  const named = getNamedType(type)
  if (isObjectType(named)) return [named]
  return isAbstractType(named) ? schema.getPossibleTypes(named) : []
}

function next(schema: GraphQLSchema, type: GraphQLObjectType, without?: string): GraphQLObjectType[] {
  const fields = Object.values(type.getFields()).filter((field) => field.name !== without)
  return fields.flatMap((field) => objectsOf(schema, field.type))
}

function reach(
  schema: GraphQLSchema,
  starts: GraphQLObjectType[],
  passes: (type: GraphQLObjectType) => boolean,
): Set<GraphQLObjectType> {
  const found = new Set<GraphQLObjectType>()
  const waiting = [...starts]
  for (let type = waiting.pop(); type; type = waiting.pop()) {
    if (found.has(type) || !passes(type)) continue
    found.add(type)
    waiting.push(...next(schema, type))
  }
  return found
}

function isCarrier(schema: GraphQLSchema, name: string): boolean {
  const type = schema.getType(name)
  if (!isObjectType(type) || !carriers.test(name)) return false
  return Object.values(type.getFields()).every(
    (field) => !isLeafType(getNamedType(field.type)) || saidByCarriers.has(field.name),
  )
}

/** Fields that give a bare value for a patient: nothing in the answer could name the patient. */
function findLeaves(schema: GraphQLSchema): string[] {
  const roots = [schema.getQueryType(), schema.getMutationType()].filter((type) => isObjectType(type))
  return roots.flatMap((root) =>
    Object.values(root.getFields())
      .filter((field) => isAskedByPatient(field) && isLeafType(getNamedType(field.type)))
      .map((field) => `${root.name}.${field.name}`),
  )
}
