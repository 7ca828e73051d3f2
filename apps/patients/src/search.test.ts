import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createPatient, person, startPatients } from './test-patients.ts'

let patients: Awaited<ReturnType<typeof startPatients>>
const ids: Record<string, string> = {}
const people: Record<string, object> = {
  robert: { firstName: 'Robert', lastName: "O'Brien", dateOfBirth: '1956-03-12', phone: '+1 (604) 555-0123' },
  francois: {
    ...{ firstName: 'François', lastName: 'Lefèbvre', dateOfBirth: '1971-11-02' },
    ...{ email: 'Francois.L@example.test', preferredName: 'Franck' },
  },
  katherine: {
    ...{ firstName: 'Katherine', middleName: 'Zoë', lastName: 'Nguyen-Smith', dateOfBirth: '1990-07-09' },
    identifications: [{ value: '9876 543 217' }],
  },
  john: { firstName: 'John', lastName: 'Smith', dateOfBirth: '1980-02-29' },
  stephen: {
    firstName: 'Stephen',
    lastName: 'Phillips',
    dateOfBirth: '1962-12-25',
    homePhone: '250-555-7777',
  },
}
before(async () => {
  patients = await startPatients(() => Promise.resolve({} as never))
  for (const [name, each] of Object.entries(people)) {
    const { data, errors } = await patients.ask(createPatient, { input: { ...person, ...each } })
    assert.equal(errors, undefined, JSON.stringify(errors))
    ids[name] = data?.createPatient.patient.id
  }
})
after(() => patients.stop())

interface Hit {
  patient: { id: string }
  score: number
  reasons: { text: string; field: string; how: string }[]
}

async function search(text: string, more = ''): Promise<Hit[]> {
  const { data, errors } = await patients.ask(
    `query ($text: SearchString!) { searchPatients(text: $text${more}) { nodes { score patient { id } reasons { text field how } } } }`,
    { text },
  )
  assert.equal(errors, undefined, JSON.stringify(errors))
  return data?.searchPatients.nodes
}

/** What finds whom, and why. */
const searches: [string, string, string[]][] = [
  ['obrien', 'robert', ['obrien LAST_NAME EQUAL']],
  ["O'BRIEN bob", 'robert', ["o'brien LAST_NAME EQUAL", 'bob FIRST_NAME NICKNAME']],
  ['lefebvre francois', 'francois', ['lefebvre LAST_NAME EQUAL', 'francois FIRST_NAME EQUAL']],
  ['franck lefe', 'francois', ['franck PREFERRED_NAME EQUAL', 'lefe LAST_NAME BEGINS']],
  ['lefebrve', 'francois', ['lefebrve LAST_NAME TYPO']],
  ['lefebre', 'francois', ['lefebre LAST_NAME TYPO']],
  ['zoe', 'katherine', ['zoe MIDDLE_NAME EQUAL']],
  ['kate nguyen', 'katherine', ['kate FIRST_NAME NICKNAME', 'nguyen LAST_NAME EQUAL']],
  ['nguyensmith', 'katherine', ['nguyensmith LAST_NAME EQUAL']],
  ['nguyen-smith', 'katherine', ['nguyen-smith LAST_NAME EQUAL']],
  ['catherin nguyen', 'katherine', ['catherin FIRST_NAME SOUND', 'nguyen LAST_NAME EQUAL']],
  ['stefen filips', 'stephen', ['stefen FIRST_NAME SOUND', 'filips LAST_NAME SOUND']],
  ['jonh smiht', 'john', ['jonh FIRST_NAME TYPO', 'smiht LAST_NAME TYPO']],
  ...[
    '1980-02-29',
    '1980/2/29',
    '29.02.1980',
    '02/29/1980',
    '29-2-80',
    '19800229',
    'Feb 29, 1980',
    '29 février 1980',
    'February 29th 1980',
    '29 feb. 1980',
  ].map((text): [string, string, string[]] => [
    text,
    'john',
    [`${text.toLowerCase().normalize('NFKD').replace(/\p{M}/gu, '')} DATE_OF_BIRTH EQUAL`],
  ]),
  ['1980', 'john', ['1980 DATE_OF_BIRTH BEGINS']],
  ['smith 1980-02-29', 'john', ['1980-02-29 DATE_OF_BIRTH EQUAL', 'smith LAST_NAME EQUAL']],
  ['604 555 0123', 'robert', ['6045550123 PHONE EQUAL']],
  ['+1 (604) 555-0123', 'robert', ['+16045550123 PHONE EQUAL']],
  ['555-0123', 'robert', ['5550123 PHONE ENDS']],
  ['2505557777', 'stephen', ['2505557777 PHONE EQUAL']],
  ['2505', 'stephen', ['2505 PHONE BEGINS']],
  ['francois.l@example.test', 'francois', ['francois.l@example.test EMAIL EQUAL']],
  ['francois.l@', 'francois', ['francois.l@ EMAIL BEGINS']],
  ['9876-543-217', 'katherine', ['9876543217 IDENTIFICATION EQUAL']],
  ['98765', 'katherine', ['98765 IDENTIFICATION BEGINS']],
]

for (const [text, name, reasons] of searches)
  test(`${text} finds ${name} first and says why`, async () => {
    const [hit] = await search(text)
    assert.equal(hit?.patient.id, ids[name], JSON.stringify(hit))
    assert.deepEqual(
      hit?.reasons.map((each) => `${each.text} ${each.field} ${each.how}`),
      reasons,
    )
  })

test('whoever fits better comes first, and who hardly fits is not shown', async () => {
  const hits = await search('john smith')
  assert.deepEqual(hits[0] && [hits[0].patient.id, hits[0].score], [ids.john, 1])
  assert.ok(hits.every(({ score }) => score >= 0.6))
  assert.ok(!hits.some(({ patient }) => patient.id === ids.robert))
})

test('a text that means nobody finds nobody, whatever it holds', async () => {
  for (const text of [
    '',
    '   ',
    'xyzzyq',
    "'; DROP TABLE patient; --",
    '<b>',
    '%',
    '‮\u0301',
    'x'.repeat(5000),
  ])
    assert.deepEqual(await search(text), [], text)
})

test('what is changed is found by what it is now, and no longer by what it was', async () => {
  const { data } = await patients.ask(createPatient, {
    input: { ...person, firstName: 'Quirin', lastName: 'Wozniak', identifications: [{ value: 'Q-1' }] },
  })
  const { id, identifications } = data?.createPatient.patient ?? {}
  const input = { id, lastName: 'Zelenka', identifications: { remove: [{ id: identifications[0].id }] } }
  await patients.ask(
    'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id } } }',
    { input },
  )
  assert.equal((await search('zelenka'))[0]?.patient.id, id)
  assert.deepEqual(await search('q-1'), [])
})

test('archived patients are found only by those who ask for them', async () => {
  const { data } = await patients.ask(createPatient, {
    input: { ...person, firstName: 'Old', lastName: 'Archibaldson' },
  })
  const { id } = data?.createPatient.patient ?? {}
  await patients.support(`mutation { archivePatient(input: { id: "${id}" }) { patient { id } } }`)
  assert.deepEqual(await search('archibaldson'), [])
  assert.equal((await search('archibaldson', ', includeArchived: true'))[0]?.patient.id, id)
})

test('nobody is found in another domain', async () => {
  const { data } = await patients.ask(
    '{ searchPatients(text: "smith") { nodes { score } } }',
    {},
    { domainId: 2 },
  )
  assert.deepEqual(data?.searchPatients.nodes, [])
})

test('pages of a search yield each hit once, and a cursor serves only its own text', async () => {
  for (let n = 0; n < 7; n += 1)
    await patients.ask(createPatient, {
      input: { ...person, firstName: `Paged${'abcdefg'[n]}`, lastName: 'Pagerson' },
    })
  const ask = (text: string, after: string | null) =>
    patients.ask(
      `query ($text: SearchString!, $after: String) { searchPatients(text: $text, first: 3, after: $after) {
         edges { cursor node { patient { id } } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`,
      { text, after },
    )
  const seen: string[] = []
  let cursor: string | null = null
  for (let more = true; more;) {
    const { data } = await ask('pagerson', cursor)
    const { edges, pageInfo } = data?.searchPatients ?? {}
    seen.push(...edges.map((edge: { node: Hit }) => edge.node.patient.id))
    assert.equal(pageInfo.hasPreviousPage, cursor !== null)
    ;({ endCursor: cursor, hasNextPage: more } = pageInfo)
  }
  assert.equal(new Set(seen).size, 7)
  assert.equal(seen.length, 7)
  for (const [text, after] of [
    ['smith', cursor],
    ['pagerson', 'x'],
  ] as const)
    assert.equal((await ask(text, after)).errors?.[0]?.extensions.code, 'INVALID_CURSOR')
})
