import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { buildSubgraph, searchKey } from '@commonchart/subgraph'
import fc from 'fast-check'
import { getNamedType, isLeafType, isObjectType, type GraphQLObjectType } from 'graphql'
import { sql } from 'kysely'
import { patients as definition } from './definition.ts'
import { createPatient, startPatients } from './test-patients.ts'

const schema = buildSubgraph(definition)
let patients: Awaited<ReturnType<typeof startPatients>>
before(async () => {
  patients = await startPatients(() => Promise.resolve({} as never))
  const tags = ['One', 'Two', 'Three'].map(
    (name, at) => `t${at}: createStatusTag(input: { name: "${name}" }) { clientMutationId }`,
  )
  const made = await patients.support(
    `mutation { createIdentificationTemplate(input: { name: "Card" }) { clientMutationId } ${tags.join(' ')} }`,
  )
  assert.equal(made.errors, undefined)
  const further = await patients.support(`mutation {
    createFacility(input: { name: "F" }) { clientMutationId }
    createContact(input: { firstName: "C", lastName: "D", facilityId: 1 }) { clientMutationId }
    createPatientDataCategory(input: { uuid: "${categoryUuid}", name: "C" }) { clientMutationId }
    createPatientDataTemplate(input: { uuid: "${templateUuid}", categoryUuid: "${categoryUuid}", name: "T", module: FORM,
      entities: [{ uuid: "${entityUuid}", kind: TEXT, name: "E" }] }) { clientMutationId } }`)
  assert.equal(further.errors, undefined, JSON.stringify(further.errors))
  await withDomain(patients.db, 1, (trx) =>
    sql`INSERT INTO location_ref SELECT 1, n, 'L', 'l', 'ACTIVE', 1 FROM generate_series(1, 3) n`.execute(
      trx,
    ),
  )
})
after(() => patients.stop())

const [categoryUuid, templateUuid, entityUuid] = [1, 2, 3].map(
  (n) => `00000000-0000-4000-8000-00000000000${n}`,
)

/** Moves with every change of a patient, and so also with a merge and with its undoing. */
const moving = new Set(['version', 'updatedAt'])

/** Everything that can be read of a type, but what moves with every change and what belongs to other subgraphs. */
function selectAll(type: GraphQLObjectType, depth: number): string {
  return Object.values(type.getFields())
    .flatMap((field) => {
      if (type.name === 'Patient' && moving.has(field.name)) return []
      const named = getNamedType(field.type)
      if (isLeafType(named)) return [field.name]
      if (!isObjectType(named) || depth === 0) return []
      const selection = selectAll(named, depth - 1)
      const page = field.args.some(({ name }) => name === 'first') ? '(first: 100)' : ''
      return selection ? [`${field.name}${page} { ${selection} }`] : []
    })
    .join(' ')
}

const patientType = schema.getType('Patient') as GraphQLObjectType
const everything = `query ($one: ID!, $other: ID!, $text: SearchString!) {
  one: patient(id: $one) { ${selectAll(patientType, 2)} }
  other: patient(id: $other) { ${selectAll(patientType, 2)} }
  patients(includeArchived: true, orderBy: [{ field: ID, direction: ASC }]) { nodes { id archived fullName } }
  searchPatients(text: $text, includeArchived: true) { nodes { patient { id } score reasons { text field how } } }
  patientMatches(input: { patientId: $one }) { patient { id } confidence criteria { criterion agrees how } }
}`

const word = fc.constantFrom('Ada', 'Bob', 'Zoé', 'O’Neil', 'Van Dyk', 'Müller', 'Smith', 'Smyth')
const optional = <Value>(values: fc.Arbitrary<Value>) => fc.option(values, { nil: undefined })
let numbers = 0
/** A patient with any of its fields, a former name, tags and numbers. */
const chart = fc.record({
  input: fc.record({
    ...{ firstName: word, lastName: word, dateOfBirth: fc.constantFrom('1980-02-29', '1990-01-01') },
    gender: fc.constantFrom('MALE', 'FEMALE', 'OTHER'),
    ...{ middleName: optional(word), preferredName: optional(word), city: optional(word) },
    ...{ streetAddress: optional(word), emergencyFirstName: optional(word), insuranceId: optional(word) },
    email: optional(fc.constantFrom('a@example.test', 'b@example.test')),
    phone: optional(fc.constantFrom('604-555-0100', '604-555-0101')),
    homePhone: optional(fc.constantFrom('604-555-0100', '250-555-0102')),
    pronouns: optional(fc.constantFrom('HE_HIM_HIS_HIMSELF', 'THEY_THEM_THEIR_THEMSELF')),
    primaryLocationId: optional(fc.constantFrom(1, 2, 3)),
    statusTagIds: fc.subarray(['1', '2', '3']),
    identifications: fc.array(fc.constantFrom(1, null), { maxLength: 3 }),
  }),
  former: optional(word),
  archived: fc.boolean(),
  ...{ hasTeam: fc.boolean(), hasItem: fc.boolean() },
})
type Chart = typeof chart extends fc.Arbitrary<infer Value> ? Value : never

async function store(
  { input, former, archived, hasTeam, hasItem }: Chart,
  mayBeArchived: boolean,
): Promise<string> {
  const identifications = input.identifications.map((templateId) => ({
    ...{ templateId, value: `N-${(numbers += 1)}` },
  }))
  const { data, errors } = await patients.ask(createPatient, { input: { ...input, identifications } })
  assert.equal(errors, undefined, JSON.stringify(errors))
  const id = data?.createPatient.patient.id as string
  if (former !== undefined) {
    const names = { lastName: former, lastNameKey: searchKey(former) }
    await withDomain(patients.db, 1, (trx) =>
      trx
        .insertInto('formerName')
        .values({ domainId: 1, patientId: id, ...names })
        .execute(),
    )
    // Any change makes the patient found by it.
    const query =
      'mutation ($id: ID!, $name: String) { updatePatient(input: { id: $id, firstName: $name }) { clientMutationId } }'
    assert.equal((await patients.ask(query, { id, name: input.firstName })).errors, undefined)
  }
  if (hasTeam)
    await change(`addCareTeamMember(input: { patientId: "${id}", memberType: CONTACT, memberId: "1" })`)
  if (hasItem)
    await change(`upsertPatientDataItem(input: { patientId: "${id}", templateUuid: "${templateUuid}",
      values: [{ valueUuid: "${entityUuid}", textValue: "Text of ${id}" }] })`)
  if (archived && mayBeArchived)
    await patients.support(`mutation { archivePatient(input: { id: "${id}" }) { clientMutationId } }`)
  return id
}

async function change(mutation: string): Promise<void> {
  const { errors } = await patients.ask(`mutation { ${mutation} { clientMutationId } }`)
  assert.equal(errors, undefined, JSON.stringify(errors))
}

/** What no field shows: terms, phone numbers and external ids. */
async function readHidden(ids: string[]): Promise<unknown> {
  return withDomain(patients.db, 1, async (trx) => {
    const terms = await sql`
      SELECT kind, term, patient_id FROM patient_term WHERE patient_id IN (${sql.join(ids)}) ORDER BY 3, 1, 2`.execute(
      trx,
    )
    const phones = await sql`
      SELECT digits, patient_id FROM patient_phone WHERE patient_id IN (${sql.join(ids)}) ORDER BY 2, 1`.execute(
      trx,
    )
    return [terms.rows, phones.rows]
  })
}

test('a merge and its undoing change nothing that can be read, but versions and times of change', async () => {
  await fc.assert(
    fc.asyncProperty(chart, chart, fc.boolean(), async (first, second, fillEmpty) => {
      const [one, other] = [await store(first, false), await store(second, true)]
      const read = async () => {
        const text = `${first.input.firstName} ${second.input.lastName}`
        const { data, errors } = await patients.ask(everything, { one, other, text })
        assert.equal(errors, undefined, JSON.stringify(errors))
        return [data, await readHidden([one, other])]
      }
      const before = await read()
      await change(
        `mergePatients(input: { keptId: "${one}", mergedId: "${other}", fillEmpty: ${fillEmpty} })`,
      )
      assert.notDeepEqual(await read(), before)
      await change(`unmergePatients(input: { mergedId: "${other}" })`)
      assert.deepEqual(await read(), before)
    }),
    { numRuns: 30 },
  )
})
