import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { subgraphNames, toVariable } from '@commonchart/subgraph-list'
import {
  getNamedType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredInputField,
  parse,
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLObjectType,
} from 'graphql'
import { givenInputs } from '../given-inputs.ts'
import { makeRecords, recordOf, requiredInput, typeCalled, type MadeRecords } from '../made-records.ts'
import { answers, heldElsewhere } from '../round-trip-answers.ts'
import { fillWhole, findUnanswered, selectRecord, type Values } from '../round-trips.ts'
import { readPublicSchema, readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import type { StackDomain } from '../stack-domains.ts'

/** Every mutation that the subgraphs of records answer, as the composed graph says. */
const schema = readSettingsSchema()
const publicSchema = readPublicSchema()
const publicMutations = publicSchema.getMutationType()?.getFields() ?? {}
const mutations = subgraphNames
  .filter((name) => name !== 'consumers-audit')
  .flatMap((name) => listMutations(toVariable(name)))

let stack: Stack
const made = new Map<StackDomain, MadeRecords>()
before(async () => {
  stack = await openStack()
  for (const domain of [stack.north, stack.south]) made.set(domain, await makeRecords(schema, domain))
})
after(() => stack.stop())

function listMutations(graph: string): GraphQLField<unknown, unknown>[] {
  const supergraph = parse(
    readFileSync(new URL('../../../gateway/supergraph.graphql', import.meta.url), 'utf8'),
  )
  const own = new Set(
    supergraph.definitions
      .flatMap((each) =>
        each.kind === 'ObjectTypeDefinition' && each.name.value === 'Mutation'
          ? (each.fields ?? []).filter(({ directives = [] }) => JSON.stringify(directives).includes(graph))
          : [],
      )
      .map((field) => field.name.value),
  )
  const all = Object.values(schema.getMutationType()?.getFields() ?? {}).filter(({ name }) => own.has(name))
  // A kind of number that every patient must have is made when nobody makes patients any more.
  return all.sort((one, other) => Number(/Template/.test(one.name)) - Number(/Template/.test(other.name)))
}

test('the composed graph names the mutations of the area', () => {
  assert.ok(mutations.length >= 9)
})

for (const mutation of mutations) {
  const input = getNamedType(mutation.args.find(({ name }) => name === 'input')?.type)
  if (mutation.name in heldElsewhere || !isInputObjectType(input)) continue
  test(`what ${mutation.name} is sent is stored and read back, field by field`, async () => {
    const isPublic = mutation.name in publicMutations
    const domain = isPublic ? stack.north : stack.south
    const trip = new Trip(mutation, input, domain)
    await trip.prepare()
    for (const round of [1, 2]) await trip.run(round)
    assert.deepEqual(trip.faults, [])
  })
}

/** What is given, in place of what is filled in; of the items of a list, only what is given of them. */
function overlay(filled: Values, given: Values): Values {
  const laid = Object.entries(given).map(([name, value]) => {
    const whole = filled[name]
    if (!Array.isArray(value) || !Array.isArray(whole) || typeof whole[0] !== 'object') return [name, value]
    return [name, value.map((item) => ({ ...(whole[0] as Values), ...(item as Values) }))]
  })
  return { ...filled, ...Object.fromEntries(laid) }
}

/** Rounds so far, of all trips: values that must be unique in the domain are. */
let rounds = 0

/** One mutation, sent with all its input says and read back. */
class Trip {
  readonly faults: string[] = []
  readonly #mutation: GraphQLField<unknown, unknown>
  readonly #input: GraphQLInputObjectType
  readonly #domain: StackDomain
  #ownId: string | null = null

  constructor(mutation: GraphQLField<unknown, unknown>, input: GraphQLInputObjectType, domain: StackDomain) {
    this.#mutation = mutation
    this.#input = input
    this.#domain = domain
  }

  get #record() {
    const { type, field } = recordOf(schema, this.#mutation)
    const imported = /^Import(\w+)Input$/.exec(this.#input.name)?.[1]
    const named = schema.getType(imported ? typeCalled(imported) : type.name)
    if (!isObjectType(named))
      throw new Error(
        `which type ${this.#mutation.name} writes cannot be told: name it in heldElsewhere, or here`,
      )
    return { type: named, field, isImport: imported !== undefined }
  }

  /** Makes a record of its own for a mutation that changes one. */
  async prepare(): Promise<void> {
    const required = Object.values(this.#input.getFields()).filter(isRequiredInputField)
    const key = required.find(({ name }) => name === 'id' || name === 'uuid')?.name
    if (!key) return
    const { type } = this.#record
    const creation = Object.values(schema.getMutationType()?.getFields() ?? {}).find(
      (each) => /^(create|add)/.test(each.name) && recordOf(schema, each).type === type,
    )
    assert.ok(
      creation,
      `${this.#mutation.name} changes a ${type.name}, which no create… makes: say in heldElsewhere which test holds it`,
    )
    const { field } = recordOf(schema, creation)
    const answer = await this.#ask(
      creation,
      requiredInput(schema, creation, this.#idOf),
      field ? `${field} { ${key} }` : key,
    )
    this.#ownId = (field ? (answer[field] as Values) : answer)[key] as string
  }

  async run(round: number): Promise<void> {
    rounds += 1
    const { type, field, isImport } = this.#record
    const given = givenInputs[this.#mutation.name]?.(this.#idOf) ?? {}
    const filled = fillWhole(this.#input, { schema, record: type, idOf: this.#idOf, round: rounds })
    const sent = overlay(filled, given)
    const echoes = 'clientMutationId' in this.#input.getFields()
    if (echoes) sent.clientMutationId = `round ${round}`
    if (this.#ownId) sent['id' in this.#input.getFields() ? 'id' : 'uuid'] = this.#ownId
    if (isImport) {
      sent.externalId = { system: 'urn:round-trip', value: `${type.name} ${rounds}` }
    }
    const selection = isImport
      ? 'results { outcome id violations { path rule message } }'
      : field
        ? `clientMutationId ${field} { ${this.#selectAsSeen(type)} }`
        : this.#selectAsSeen(type)
    const payload = await this.#ask(this.#mutation, isImport ? [sent] : sent, selection)
    if (echoes) assert.equal(payload.clientMutationId, sent.clientMutationId)
    const [written] = isImport
      ? (payload.results as Values[])
      : [field ? (payload[field] as Values) : payload]
    if (isImport) assert.equal(written?.outcome, 'CREATED', JSON.stringify(written))
    const record = await this.#readAgain(written ?? {})
    this.faults.push(...findUnanswered(this.#input, type, sent, record))
  }

  /** What the graph that the mutation is sent to shows of a record: programs see less than people do. */
  #selectAsSeen(type: GraphQLObjectType): string {
    const seen = this.#mutation.name in publicMutations ? publicSchema : schema
    const own = seen.getType(type.name)
    return isObjectType(own) ? selectRecord(seen, own) : '__typename'
  }

  /** Reads the record anew where the graph has a field that finds one; else it is what the mutation answered. */
  async #readAgain(written: Values): Promise<Values> {
    const { type } = this.#record
    const finder = Object.values(schema.getQueryType()?.getFields() ?? {}).find(
      (field) =>
        field.args.length === 1 &&
        ['id', 'uuid'].includes(field.args[0]?.name ?? '') &&
        !isListType(isNonNullType(field.type) ? field.type.ofType : field.type) &&
        getNamedType(field.type) === type,
    )
    if (!finder) return written
    const key = finder.args[0]?.name ?? ''
    const { body, text } = await this.#domain.askSettings(
      `query ($key: ${finder.args[0]?.type}) { ${finder.name}(${key}: $key) { ${selectRecord(schema, type)} } }`,
      { key: written[key] },
    )
    assert.ok(body.data?.[finder.name], text)
    return body.data[finder.name] as Values
  }

  readonly #idOf = (type: string): string => {
    const there = made.get(this.#domain)
    const refused = there?.refused.get(type)
    assert.ok(
      !refused,
      `${this.#mutation.name} needs a ${type}, and none can be made: add what it needs to given-inputs.ts (${refused})`,
    )
    return there?.idOf(type) ?? ''
  }

  async #ask(mutation: GraphQLField<unknown, unknown>, input: object, selection: string): Promise<Values> {
    const query = `mutation ($input: ${mutation.args[0]?.type}) { ${mutation.name}(input: $input) { ${selection} } }`
    const ask = mutation.name in publicMutations ? this.#domain.ask : this.#domain.askSettings
    const { body, text } = await ask(query, { input })
    assert.equal(
      body.errors,
      undefined,
      `${mutation.name} refuses what is sent: add what it needs to given-inputs.ts, or the input field to round-trip-answers.ts (${text})`,
    )
    return body.data?.[mutation.name] as Values
  }
}

test('an exception is none without a reason', () => {
  for (const [name, { by, as, not }] of Object.entries(answers))
    assert.ok(by !== undefined || as !== undefined || (not ?? '') !== '', name)
})
