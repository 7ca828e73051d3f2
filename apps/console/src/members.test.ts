import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { startTestConsole, type TestConsole } from './test-console.ts'
import type { Person } from './test-person.ts'

let there: TestConsole
let support: Person
let south: Person
let operator: Person

before(async () => {
  there = await startTestConsole()
  support = await there.first('north')
  south = await there.first('south')
  operator = await there.first('@platform')
})
after(() => there.stop())

interface People {
  members: { id: string; name: string; role: string }[]
  invitations: { id: string; email: string | null }[]
}

const peopleOf = async (domain: string, asker = support): Promise<People> =>
  (await asker.send('GET', `/api/domains/${encodeURIComponent(domain)}/members`)).body as unknown as People

async function joinNorth(name: string, role = 'auditor'): Promise<Person> {
  const person = there.person()
  await person.join(await support.invite('north', { role }), name)
  return person
}

async function idOf(person: Person): Promise<string> {
  const { user } = (await person.send('GET', '/api/me')).body as unknown as { user: { id: string } }
  return user.id
}

const change = async (actor: Person, person: Person, role: string | null) => {
  const path = `/api/domains/north/members/${await idOf(person)}`
  return actor.send(role === null ? 'DELETE' : 'PATCH', path, role === null ? undefined : { role })
}

const askNorth = (person: Person) => person.send('POST', '/api/domains/north/settings', { query: '{ a }' })

test('a removed member’s next request is refused, without signing in anew', async () => {
  const person = await joinNorth('Rita Removed')
  assert.equal((await askNorth(person)).status, 200)
  assert.equal((await change(support, person, null)).status, 200)
  const refused = await askNorth(person)
  assert.deepEqual([refused.status, refused.body.code], [403, 'NOT_A_MEMBER'])
  for (const path of ['members', 'people-events', 'export/access-log'])
    assert.equal((await person.send('GET', `/api/domains/north/${path}`)).status, 403, path)
})

test('who was made an auditor can change nothing from the next request on, and the graph hears so', async () => {
  const person = await joinNorth('Dora Demoted', 'support')
  const roleAtGateway = async (): Promise<unknown> => {
    await askNorth(person)
    const token = there.reached.at(-1)?.authorization?.split('.')[1] ?? ''
    const claims = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<string, unknown>
    return [claims.role, claims.dom, there.reached.at(-1)?.host]
  }
  assert.deepEqual(await roleAtGateway(), ['support', 'north', 'north.test'])
  assert.equal((await change(support, person, 'auditor')).status, 200)
  assert.deepEqual(await roleAtGateway(), ['auditor', 'north', 'north.test'])
  const refused = await person.send('POST', '/api/domains/north/invitations', { role: 'support' })
  assert.deepEqual([refused.status, refused.body.code], [403, 'READ_ONLY'])
})

test('an auditor can invite, change, remove and take back nobody', async () => {
  const auditor = await joinNorth('Audrey Auditor')
  const link = await support.invite('north', { role: 'auditor', email: 'open@example.test' })
  const before = await peopleOf('north')
  const invitation = before.invitations.find((each) => each.email === 'open@example.test')
  const member = before.members[0]?.id
  assert.ok(link && invitation && member)
  for (const [method, path, body] of [
    ['POST', 'invitations', { role: 'support' }],
    ['DELETE', `invitations/${invitation.id}`, undefined],
    ['PATCH', `members/${await idOf(auditor)}`, { role: 'support' }],
    ['PATCH', `members/${member}`, { role: 'auditor' }],
    ['DELETE', `members/${member}`, undefined],
  ] as const) {
    const { status, body: answer } = await auditor.send(method, `/api/domains/north/${path}`, body)
    assert.deepEqual([status, answer.code], [403, 'READ_ONLY'], `${method} ${path}`)
  }
  assert.deepEqual(await peopleOf('north', auditor), before, 'and sees all of it')
})

test('a member of one domain is refused all of another, and cannot tell it from one that is not there', async () => {
  const reached = there.reached.length
  for (const domain of ['south', 'nowhere', '@platform', 'north%2f..%2fsouth'])
    for (const [method, path] of [
      ['GET', 'members'],
      ['GET', 'people-events'],
      ['POST', 'settings'],
      ['POST', 'enterprise'],
      ['POST', 'invitations'],
      ['GET', 'export/access-log'],
    ] as const) {
      const body = method === 'POST' ? { role: 'support' } : undefined
      const answer = await support.send(method, `/api/domains/${domain}/${path}`, body)
      assert.deepEqual(
        [answer.status, answer.body.code],
        [403, 'NOT_A_MEMBER'],
        `${method} ${domain}/${path}`,
      )
    }
  assert.equal(there.reached.length, reached, 'nothing reached the gateway')
})

test('a member of one domain can neither remove a member of another nor take its invitations back', async () => {
  await south.invite('south', { role: 'auditor' })
  const { members, invitations } = await peopleOf('south', south)
  const member = await support.send('DELETE', `/api/domains/north/members/${members[0]?.id}`)
  const invitation = await support.send('DELETE', `/api/domains/north/invitations/${invitations[0]?.id}`)
  assert.deepEqual([member.status, invitation.status], [404, 404])
  assert.deepEqual(await peopleOf('south', south), { members, invitations, mail: false })
})

test('whoever is a member of no domain any more is signed in and sees none', async () => {
  const person = await joinNorth('Nora Nowhere')
  await change(support, person, null)
  const { body } = await person.send('GET', '/api/me')
  assert.deepEqual(body.memberships, [])
  assert.equal((await askNorth(person)).status, 403)
})

test('only operators ask the operator’s graph, and only at their listener', async () => {
  const query = { query: '{ domains { nodes { name } } }' }
  assert.equal((await operator.send('POST', '/api/operator', query)).status, 200)
  assert.equal((await support.send('POST', '/api/operator', query)).status, 404)
  const atOperators = there.person('operator')
  Object.assign(atOperators, { email: support.email, password: support.password })
  assert.equal((await atOperators.signIn()).status, 200, 'an account is good at both')
  const refused = await atOperators.send('POST', '/api/operator', query)
  assert.deepEqual([refused.status, refused.body.code], [403, 'NOT_AN_OPERATOR'])
  for (const path of ['%40platform/members', 'north/members', 'north/people-events'])
    assert.equal((await atOperators.send('GET', `/api/domains/${path}`)).status, 403, path)
  assert.equal(
    (await atOperators.send('POST', '/api/domains/north/invitations', { role: 'support' })).status,
    403,
  )
  assert.equal(
    (await support.send('POST', '/api/domains/%40platform/invitations', { role: 'operator' })).status,
    403,
  )
})

test('an operator invites the first support account of a domain that there is, and operators', async () => {
  const post = (domain: string, role: string) =>
    operator.send('POST', `/api/domains/${encodeURIComponent(domain)}/invitations`, { role })
  assert.equal((await post('south', 'support')).status, 201)
  assert.equal((await post('@platform', 'operator')).status, 201)
  assert.deepEqual((await post('nowhere', 'support')).body.code, 'DOMAIN_NOT_FOUND')
  assert.deepEqual((await post('south', 'operator')).body.code, 'ROLE_INVALID')
  assert.deepEqual((await post('@platform', 'support')).body.code, 'ROLE_INVALID')
})

test('the last who can invite others can be neither removed nor demoted, also by two at once', async () => {
  const path = `/api/domains/south/members/${await idOf(south)}`
  for (const answer of [
    await south.send('DELETE', path),
    await south.send('PATCH', path, { role: 'auditor' }),
  ])
    assert.deepEqual([answer.status, answer.body.code], [409, 'LAST_ONE'])
  const second = there.person()
  await second.join(await south.invite('south', { role: 'support' }), 'Second Support')
  const other = `/api/domains/south/members/${await idOf(second)}`
  const answers = await Promise.all([south.send('DELETE', other), second.send('DELETE', path)])
  assert.equal(answers.filter(({ status }) => status === 200).length, 1)
  const left = (await peopleOf('south', operator)).members
  assert.equal(left.filter(({ role }) => role === 'support').length, 1)
})

test('whoever may not invite any more leaves no open invitation behind', async () => {
  for (const role of [null, 'auditor']) {
    const leaving = await joinNorth('Lee Leaving', 'support')
    const link = await leaving.invite('north', { role: 'support' })
    await change(support, leaving, role)
    const person = there.person()
    await assert.rejects(person.join(link, 'Back Again'), /INVITATION_GONE/)
  }
})

test('who invited, joined, changed and removed whom is kept, newest first, a page at a time', async () => {
  const person = await joinNorth('Kay Kept')
  await change(support, person, 'support')
  await change(support, person, null)
  const first = await support.send('GET', '/api/domains/north/people-events')
  const { events, next } = first.body as unknown as { events: Record<string, string>[]; next: string }
  assert.deepEqual(
    events
      .slice(0, 4)
      .map((each) => [each.actorName, each.action, each.subject, each.earlierRole, each.role]),
    [
      ['First of north', 'REMOVED', 'Kay Kept', null, 'support'],
      ['First of north', 'ROLE_CHANGED', 'Kay Kept', 'auditor', 'support'],
      ['Kay Kept', 'JOINED', 'Kay Kept', null, 'auditor'],
      ['First of north', 'INVITED', null, null, 'auditor'],
    ],
  )
  assert.equal(events.length, 20)
  const second = await support.send('GET', `/api/domains/north/people-events?before=${next}`)
  const earlier = (second.body as unknown as { events: { id: string }[] }).events
  assert.ok(earlier.length > 0 && earlier.every(({ id }) => BigInt(id) < BigInt(next)))
  assert.equal((await support.send('GET', '/api/domains/north/people-events?before=x')).status, 400)
})
