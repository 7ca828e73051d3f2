import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  getNamedType,
  isCompositeType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  type GraphQLArgument,
  type GraphQLField,
} from 'graphql'
import { createClinic } from '../clinic.ts'
import { createDrafts } from '../drafts.ts'
import { makeRecords, typeOfId, type MadeRecords } from '../made-records.ts'
import { query } from '../record-check.ts'
import { createPatient } from '../records.ts'
import { readSettingsSchema, selectAll } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { StackDomain } from '../stack-domains.ts'
import type { Stack } from '../stack.ts'
import { valueFor } from '../values.ts'

type Field = GraphQLField<unknown, unknown>

const schema = readSettingsSchema()
const queries = Object.values(schema.getQueryType()?.getFields() ?? {})
/** Ends every text of the domain that is looked into, as `lastName 17`. */
const round = 17
const mark = ` ${round}"`

let stack: Stack
let made: MadeRecords
/** Ids of what no mutation makes or of whose type the graph does not tell, by field and argument. */
const ids: Record<string, string> = {}
/** What goes with an argument. */
const companions: Record<string, Record<string, string>> = {
  'auditLog.actorId': { actorKind: 'consumer' },
  'auditLog.recordId': { recordType: 'Patient' },
}
before(async () => {
  stack = await openStack()
  made = await makeRecords(schema, stack.south, round)
  const templateId = Number(made.idOf('IdentificationTemplate'))
  const second = await createPatient(stack.south, {
    ...{ lastName: `Second ${round}`, identifications: [{ value: '9000000001', templateId }] },
  })
  const { body } = await stack.south.ask(
    'query ($id: ID!) { patient(id: $id) { identifications { id } } }',
    second,
  )
  const identification = body.data?.patient.identifications[0].id as string
  const drafts = createDrafts(stack.south, await createClinic(stack.south), second.id)
  const draft = await drafts.hold(drafts.slot(3, 9))
  await stack.south.ask('query Peek { patients { nodes { id lastName } } }')
  const [request] = await query<{ id: string }>(
    stack,
    'consumers-audit',
    'SELECT id FROM access_log WHERE domain_id = $1 ORDER BY id DESC LIMIT 1',
    stack.south.domainId,
  )
  const [leaf] = await query<{ leaf_id: string }>(
    stack,
    'consumers-audit',
    'SELECT leaf_id FROM audit_sequence WHERE domain_id = $1 ORDER BY sequence LIMIT 1',
    stack.south.domainId,
  )
  assert.ok(request && leaf)
  Object.assign(ids, {
    ...{ 'accessRecord.id': request.id, 'apiRequest.id': request.id },
    ...{ 'auditEvent.id': leaf.leaf_id, 'auditProof.eventId': leaf.leaf_id },
    ...{ 'auditLog.consumer': stack.south.consumerId, 'auditLog.actorId': stack.south.consumerId },
    ...{ 'draftAppointment.id': draft.id, 'patientIdentificationVerification.id': identification },
    ...{ 'auditLog.recordId': made.idOf('Patient'), 'previewMerge.mergedId': second.id },
  })
})
after(() => stack.stop())

/** Whether an argument takes an id: of a record, or in a text that is called so. */
function takesId(argument: GraphQLArgument): boolean {
  const { name } = getNamedType(argument.type)
  return name === 'ID' || (name === 'String' && /uuid|Id$/i.test(argument.name))
}

/** The records that a field gives: those of a connection are its nodes. */
function recordTypeOf(field: Field): string {
  const type = getNamedType(field.type)
  const nodes = isObjectType(type) ? type.getFields().nodes : undefined
  return getNamedType(nodes?.type ?? field.type).name
}

/** Of which type an argument's ids are, where neither its name nor the record says so. */
const typesByArgument: Record<string, string> = {
  ...{ providers: 'ProviderUser', locations: 'Location', categoryUuid: 'PatientDataCategory' },
  ...{ keptId: 'Patient', mergedId: 'Patient', patientId: 'Patient', forPatientId: 'Patient' },
}

function idFor(field: Field, argument: GraphQLArgument): string {
  const known = ids[`${field.name}.${argument.name}`]
  if (known) return known
  if (argument.name === 'uuid') return made.idOf(recordTypeOf(field))
  const record = schema.getType(recordTypeOf(field))
  const told = isObjectType(record) ? typeOfId(schema, record, argument.name) : null
  return made.idOf(typesByArgument[argument.name] ?? told ?? '')
}

/** Times that a request for statistics and lists may ask for. */
const now = Date.now()
const times: Record<string, string> = {
  from: new Date(now - 86_400_000).toISOString(),
  to: new Date(now + 86_400_000).toISOString(),
}

/** Asks a field with what it requires and one id of the other domain, or none. */
async function ask(domain: StackDomain, field: Field, withId?: GraphQLArgument) {
  const given = field.args.filter((argument) => isRequiredArgument(argument) || argument === withId)
  const variables = Object.fromEntries(
    given.map((argument) => {
      if (takesId(argument)) {
        const id = idFor(field, argument)
        return [argument.name, takesList(argument) ? [id] : id]
      }
      const type = getNamedType(argument.type).name
      const isTime = type.includes('Date') && argument.name in times
      return [argument.name, isTime ? times[argument.name] : valueFor(argument.type, argument.name, 1)]
    }),
  )
  const beside = companions[`${field.name}.${withId?.name}`] ?? {}
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ')
  const passed = [
    ...given.map(({ name }) => `${name}: $${name}`),
    ...Object.entries(beside).map(([name, value]) => `${name}: ${JSON.stringify(value)}`),
  ].join(', ')
  const type = getNamedType(field.type)
  const selection = isCompositeType(type)
    ? `{ ${isObjectType(type) ? selectAll(schema, type.name, 3) : '__typename'} }`
    : ''
  const text = `query ${declared ? `(${declared})` : ''} { ${field.name}${passed ? `(${passed})` : ''} ${selection} }`
  const answer = await domain.askSettings(text, variables)
  return {
    ...answer,
    value: answer.body.data?.[field.name] as unknown,
    asked: `${field.name}(${JSON.stringify(variables)})`,
  }
}

function takesList({ type }: GraphQLArgument): boolean {
  return isListType(isNonNullType(type) ? type.ofType : type)
}

/** Whether an answer shows no record: null, no nodes, nothing counted. */
function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === 0) return true
  // Which time zones the server knows is of no domain.
  return (
    typeof value === 'object' &&
    Object.entries(value).every(([name, each]) => name === 'zoneData' || isEmpty(each))
  )
}

/** Programs alone ask it; people have the whole access log. */
const notForPeople = new Set(['apiRequest'])

/** Whether a field gives the one record whose id it takes. */
function isOfOne(field: Field): boolean {
  return field.args.length > 0 && field.args.every(isRequiredArgument) && field.args.some(takesId)
}

const finders = queries.flatMap((field) =>
  field.args.filter(takesId).map((argument) => ({ field, argument })),
)

test('a person who gives ids of another domain to any query of the settings graph finds nothing', async () => {
  const faults: string[] = []
  const found = new Set<string>()
  for (const { field, argument } of finders) {
    const own = await ask(stack.south, field, argument)
    if (!isEmpty(own.value)) found.add(field.name)
    const other = await ask(stack.north, field, argument)
    const code = other.body.errors?.[0]?.extensions.code
    const isSilent =
      isEmpty(other.value) && (code === undefined || code === 'NOT_FOUND' || code === 'FORBIDDEN')
    if (!isSilent || other.text.includes(mark)) faults.push(`${other.asked}: ${other.text.slice(0, 300)}`)
  }
  assert.deepEqual(faults, [])
  const unseen = finders
    .map(({ field }) => field)
    .filter((field) => isOfOne(field) && !notForPeople.has(field.name) && !found.has(field.name))
    .map(({ name }) => name)
  assert.deepEqual([...new Set(unseen)], [], JSON.stringify([...made.refused]))
})

test('whatever a person asks of the settings graph, nothing of another domain is in the answer', async () => {
  const uuids = Object.values(ids).filter((id) => id.includes('-'))
  const marks = [mark, stack.south.host, stack.south.issuer, ...uuids]
  const faults: string[] = []
  for (const field of queries) {
    const { text, asked } = await ask(stack.north, field)
    const shown = marks.filter((mark) => text.includes(mark))
    if (shown.length > 0) faults.push(`${asked} shows ${shown.join()}: ${text.slice(0, 300)}`)
  }
  assert.deepEqual(faults, [])
})
