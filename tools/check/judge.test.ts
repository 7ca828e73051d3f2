import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeChanges, type JudgedChange } from './judge.ts'
import { writeReport } from './report.ts'
import { readUsage } from './usage.ts'

const now = new Date('2026-11-30T12:00:00Z')
const published = `
  type Query { patient(id: ID!): Patient  patients(email: String, sort: Sort): [Patient!]!  search(input: SearchInput): Any }
  type Mutation { rename(input: RenameInput!): Patient }
  interface Named { name: String }
  type Patient implements Named { id: ID!  name: String  email: String  fax: String }
  type Clinic { name: String  fax: String }
  union Any = Patient | Clinic
  enum Sort { NAME EMAIL }
  input RenameInput { id: ID!  name: String  note: String }
  input SearchInput { text: String }`

interface Used {
  element: string
  consumer?: string
  requests?: number
  lastUsedAt?: string
  graph?: string
}

function used(...lines: Used[]) {
  // Something else is always used: a file in which nothing is would be refused.
  const all = [{ element: 'Query.patient' }, ...lines]
  const text = all.map(({ element, consumer = 'Portal', requests = 431, lastUsedAt, graph }: Used) =>
    JSON.stringify({
      ...{ domain: 'north', consumer: { id: consumer, name: consumer }, graph: graph ?? 'ENTERPRISE' },
      ...{ element, requests, lastUsedAt: lastUsedAt ?? '2026-11-20T10:00:00Z' },
    }),
  )
  return readUsage(`${text.join('\n')}\n`, { days: 90, now })
}

/** Judges the change of the published schema that is made by putting `becomes` in place of `was`. */
async function judge(was: string, becomes: string, usage = used()): Promise<JudgedChange[]> {
  assert.ok(published.includes(was), was)
  const coming = published.replace(was, becomes)
  return judgeChanges({ enterprise: published }, { enterprise: coming }, { usage, accepted: [] })
}

async function report(was: string, becomes: string, usage = used()): Promise<string> {
  return writeReport({ changes: await judge(was, becomes, usage), faults: [] })
}

const fax = ['fax: String }\n  type Clinic', '}\n  type Clinic'] as const
const required = ['email: String, sort', 'email: String!, sort'] as const

test('an unused field may be removed: nobody breaks', async () => {
  const told = await report(...fax)
  assert.match(
    told,
    /^unused +Patient\.fax: Field 'fax' was removed from object type 'Patient'\n +unused for 90 days: safe$/m,
  )
  assert.match(told, /may be published\.$/)
})

test('a used field may not be removed: those who break are named, with how often and when they used it', async () => {
  const usage = used(
    { element: 'Patient.fax' },
    { element: 'Patient.fax', consumer: 'Kiosk', requests: 1, lastUsedAt: '2026-10-02T00:00:00Z' },
    { element: 'Patient.email', consumer: 'Other' },
  )
  const told = await report(...fax, usage)
  assert.match(told, /^breaking +Patient\.fax: Field 'fax' was removed/m)
  assert.match(told, /^ +breaks consumer Portal of north, 431 requests, last on 2026-11-20$/m)
  assert.match(told, /^ +breaks consumer Kiosk of north, 1 request, last on 2026-10-02$/m)
  assert.doesNotMatch(told, /Other/)
  assert.match(told, /may not be published: 1 breaking/)
})

test('an argument made required breaks those who used the field without it, and may break those who always gave it', async () => {
  const usage = used(
    { element: 'Query.patients', requests: 40 },
    { element: 'Query.patients(email:)', requests: 33 },
    { element: 'Query.patients', consumer: 'Kiosk', requests: 7 },
    { element: 'Query.patients', consumer: 'Careful', requests: 12 },
    { element: 'Query.patients(email:)', consumer: 'Careful', requests: 12 },
  )
  const told = await report(...required, usage)
  assert.match(told, /^breaking +Query\.patients\(email:\): /m)
  assert.match(
    told,
    /breaks consumer Portal of north, 40 requests, last on 2026-11-20 \(7 of them without it\)/,
  )
  assert.match(
    told,
    /breaks consumer Kiosk of north, 7 requests, last on 2026-11-20 \(all of them without it\)/,
  )
  assert.match(told, /may break consumer Careful of north, 12 requests, .*null and a variable without `!`/)
  assert.match(told, /may not be published/)
})

test('an argument of a field that nobody used may become required', async () => {
  assert.match(await report(...required), /^unused +Query\.patients\(email:\)/m)
})

for (const [what, was, becomes, element, breaks] of [
  ['a removed value of an enum', 'NAME EMAIL', 'NAME', 'Sort.EMAIL', true],
  ['a removed value of an enum', 'NAME EMAIL', 'NAME', 'Sort.NAME', false],
  ['a field of another type', 'name: String  email', 'name: Int  email', 'Patient.name', true],
  ['a removed argument', 'email: String, sort', 'sort', 'Query.patients(email:)', true],
  ['a removed argument', 'email: String, sort', 'sort', 'Query.patients', false],
  ['an argument of another type', 'email: String, sort', 'email: Int, sort', 'Query.patients(email:)', true],
  ['an argument of another type', 'email: String, sort', 'email: Int, sort', 'Query.patients', false],
  ['a required new argument', 'sort: Sort)', 'sort: Sort, at: Int!)', 'Query.patients', true],
  ['a required new argument', 'sort: Sort)', 'sort: Sort, at: Int!)', 'Query.patient', false],
  [
    'a required new input field',
    'note: String }',
    'note: String at: Int! }',
    'Mutation.rename(input:)',
    true,
  ],
  ['a required new input field', 'note: String }', 'note: String at: Int! }', 'RenameInput.id', true],
  ['a required new input field', 'note: String }', 'note: String at: Int! }', 'Patient.name', false],
  ['an input field made required', 'note: String }', 'note: String! }', 'Mutation.rename(input:)', true],
  ['a removed input field', 'note: String }', '}', 'RenameInput.note', true],
  ['a removed input field', 'note: String }', '}', 'RenameInput.id', false],
  ['a member taken out of a union', 'Patient | Clinic', 'Patient', 'Clinic.name', true],
  ['a member taken out of a union', 'Patient | Clinic', 'Patient', 'Patient.name', false],
  ['an interface taken off a type', 'Patient implements Named', 'Patient', 'Named.name', true],
] as const)
  test(`${what} ${breaks ? 'breaks those who used' : 'does not break those who only used'} ${element}`, async () => {
    const changes = await judge(was, becomes, used({ element, consumer: 'Kiosk' }))
    const isBroken = changes.some(
      ({ verdict, concerned }) =>
        verdict === 'breaking' && concerned.some(({ use }) => use.consumer.name === 'Kiosk'),
    )
    assert.equal(isBroken, breaks, JSON.stringify(changes))
  })

test('use that is longer ago than is looked does not count, nor does that of another graph', async () => {
  const longAgo = { element: 'Patient.fax', lastUsedAt: '2026-08-01T00:00:00Z' }
  assert.match(await report(...fax, used(longAgo)), /^unused +Patient\.fax/m)
  assert.match(await report(...fax, used({ element: 'Patient.fax', graph: 'SETTINGS' })), /^unused/m)
})

test('without a file of usage, and where people use the graph, what breaks is refused', async () => {
  const [coming, options] = [published.replace(...fax), { usage: null, accepted: [] }]
  const [unknown] = await judgeChanges({ enterprise: published }, { enterprise: coming }, options)
  assert.equal(unknown?.verdict, 'breaking')
  assert.match(unknown?.because ?? '', /--usage/)
  const counted = { usage: used(), accepted: [] }
  const [ofSettings] = await judgeChanges({ settings: published }, { settings: coming }, counted)
  assert.equal(ofSettings?.verdict, 'breaking')
  assert.deepEqual(ofSettings?.graphs, ['settings'])
})

test('what shows in several graphs is told once, and judged as the graph of programs', async () => {
  const coming = published.replace(...fax)
  const both = { enterprise: published, settings: published }
  const changes = await judgeChanges(
    both,
    { enterprise: coming, settings: coming },
    { usage: used(), accepted: [] },
  )
  assert.deepEqual(
    changes.map(({ graphs, verdict }) => [graphs, verdict]),
    [[['enterprise', 'settings'], 'unused']],
  )
})

test('a change that is meant to break is accepted by its very words, and another of the same element is not', async () => {
  const reason = 'no clinic has had one since 2024'
  const change = "Field 'fax' was removed from object type 'Patient'"
  const accepted = [{ coordinate: 'Patient.fax', change, reason }]
  const judgeAccepted = async (becomes: string) => {
    const coming = published.replace('fax: String }\n  type Clinic', `${becomes} }\n  type Clinic`)
    const usage = used({ element: 'Patient.fax' })
    return judgeChanges({ enterprise: published }, { enterprise: coming }, { usage, accepted })
  }
  const [removed] = await judgeAccepted('')
  assert.equal(removed?.verdict, 'accepted')
  assert.match(removed?.because ?? '', /no clinic/)
  assert.equal((await judgeAccepted('fax: Int'))[0]?.verdict, 'breaking')
})

test('what is added or may surprise is listed with its coordinate and passes', async () => {
  const told = await report('fax: String }\n  type Clinic', 'fax: String  age: Int }\n  type Clinic')
  assert.match(told, /^safe +Patient\.age: /m)
  assert.match(
    await report('NAME EMAIL', 'NAME EMAIL AGE'),
    /^dangerous +Sort\.AGE: .*\n.*may break existing clients/m,
  )
  assert.match(await report('fax: String', 'fax: String'), /^Nothing has changed/)
})
