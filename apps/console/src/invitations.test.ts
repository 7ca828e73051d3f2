import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { startTestConsole, type TestConsole } from './test-console.ts'
import type { Person } from './test-person.ts'

let there: TestConsole
let support: Person
let admin: pg.Client

before(async () => {
  there = await startTestConsole()
  support = await there.first('north')
  admin = new pg.Client({ connectionString: there.adminUrl })
  await admin.connect()
})
after(async () => {
  await admin.end()
  await there.stop()
})

const secretOf = (link: string): string => new URL(link).hash.slice(1)

const acceptAs = (person: Person, link: string, given: object = {}) =>
  person.send('POST', '/api/invitations/accept', {
    ...{ secret: secretOf(link), name: 'Ann Other', email: person.email, password: person.password },
    ...given,
  })

const open = (person: Person, link: string) =>
  person.send('POST', '/api/invitations/open', { secret: secretOf(link) })

test('the secret of a link stands where browsers send it to nobody, and is stored as its hash alone', async () => {
  const link = await support.invite('north', { role: 'auditor' })
  assert.match(link, /^http:\/\/console\.test\/invitation#[\w-]{43}$/)
  const { rows } = await admin.query<{ row: string }>('SELECT i::text AS row FROM invitation i')
  assert.ok(rows.length > 0)
  assert.ok(!rows.some(({ row }) => row.includes(secretOf(link))))
  const members = await support.send('GET', '/api/domains/north/members')
  assert.ok(!JSON.stringify(members.body).includes(secretOf(link)), 'nor is it shown again')
})

test('of 16 who accept one link at once, one becomes a member, and no other account is made', async () => {
  const link = await support.invite('north', { role: 'auditor' })
  const people = Array.from({ length: 16 }, () => there.person())
  const answers = await Promise.all(people.map((person) => acceptAs(person, link)))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [
    200,
    ...Array.from({ length: 15 }, () => 410),
  ])
  const { rows } = await admin.query<{ n: number }>(
    'SELECT count(*)::int AS n FROM "user" WHERE email = ANY($1)',
    [people.map(({ email }) => email)],
  )
  assert.deepEqual(rows, [{ n: 1 }])
})

test('of 16 who accept 16 links at once for one address, one gets an account and none waits for ever', async () => {
  const links = []
  for (let each = 0; each < 16; each++) links.push(await support.invite('north', { role: 'auditor' }))
  const { email, password } = there.person()
  const answers = await Promise.all(links.map((link) => acceptAs(there.person(), link, { email, password })))
  assert.deepEqual(answers.map(({ status }) => status).sort(), [
    200,
    ...Array.from({ length: 15 }, () => 409),
  ])
})

test('a link that was used, taken back or is too old is gone, each told the same', async () => {
  const used = await support.invite('north', { role: 'auditor' })
  await there.person().join(used, 'Una Used')
  const back = await support.invite('north', { role: 'auditor', email: 'back@example.test' })
  const { body } = await support.send('GET', '/api/domains/north/members')
  const { invitations } = body as unknown as { invitations: { id: string; email: string | null }[] }
  const id = invitations.find(({ email }) => email === 'back@example.test')?.id
  assert.equal((await support.send('DELETE', `/api/domains/north/invitations/${id}`)).status, 200)
  const old = await support.invite('north', { role: 'auditor', email: 'old@example.test' })
  await admin.query("UPDATE invitation SET expires_at = now() WHERE email = 'old@example.test'")
  const never = `http://console.test/invitation#${'A'.repeat(43)}`
  for (const link of [used, back, old, never])
    for (const answer of [await open(there.person(), link), await acceptAs(there.person(), link)])
      assert.deepEqual([answer.status, answer.body.code], [410, 'INVITATION_GONE'])
})

test('an invitation for an address is good for that address alone', async () => {
  const invited = there.person()
  const link = await support.invite('north', { role: 'auditor', email: invited.email.toUpperCase() })
  const other = await acceptAs(there.person(), link)
  assert.deepEqual([other.status, other.body.code], [403, 'INVITATION_FOR_ANOTHER'])
  assert.equal((await acceptAs(invited, link)).status, 200)
})

test('whoever has an account signs in and accepts with it; nobody can take an account over by a link', async () => {
  const person = there.person()
  await person.join(await support.invite('north', { role: 'auditor' }), 'Abe Account')
  const south = await there.first('south')
  const link = await south.invite('south', { role: 'auditor' })
  const thief = await acceptAs(there.person(), link, { email: person.email })
  assert.deepEqual([thief.status, thief.body.code], [409, 'ACCOUNT_EXISTS'])
  assert.equal((await acceptAs(person, link)).status, 200)
  const { memberships } = (await person.send('GET', '/api/me')).body as unknown as { memberships: object[] }
  assert.equal(memberships.length, 2)
})

test('a link changes nobody’s role, and stays good for somebody else', async () => {
  const link = await support.invite('north', { role: 'auditor' })
  const again = await acceptAs(support, link)
  assert.deepEqual([again.status, again.body.code], [409, 'ALREADY_A_MEMBER'])
  const { memberships } = (await support.send('GET', '/api/me')).body as unknown as { memberships: object[] }
  assert.deepEqual(memberships, [{ domain: 'north', role: 'support' }])
  assert.equal((await acceptAs(there.person(), link)).status, 200)
})

test('an operator’s link is good at the operators’ listener alone', async () => {
  const operator = await there.first('@platform')
  const link = await operator.invite('@platform', { role: 'operator' })
  assert.match(link, /^http:\/\/operators\.test\//)
  for (const answer of [await open(there.person(), link), await acceptAs(there.person(), link)])
    assert.equal(answer.status, 410)
  assert.equal((await acceptAs(there.person('operator'), link)).status, 200)
})

test('an account is made only of what can be one', async () => {
  const link = await support.invite('north', { role: 'auditor' })
  for (const [given, code] of [
    [{ name: '' }, 'MISSING'],
    [{ name: ' ' }, 'NAME_INVALID'],
    [{ name: 'two\nlines' }, 'NAME_INVALID'],
    [{ name: 'x'.repeat(201) }, 'NAME_INVALID'],
    [{ email: 'nobody' }, 'EMAIL_INVALID'],
    [{ email: 'a@example.test,b@example.test' }, 'EMAIL_INVALID'],
    [{ email: 'a@example.test\nbcc: b@example.test' }, 'EMAIL_INVALID'],
    [{ password: 'eleven char' }, 'PASSWORD_LENGTH'],
    [{ password: 'x'.repeat(201) }, 'PASSWORD_LENGTH'],
  ] as const)
    assert.equal((await acceptAs(there.person(), link, given)).body.code, code, JSON.stringify(given))
  assert.equal((await acceptAs(there.person(), link)).status, 200)
})

test('no account is made of an address that nobody could sign in with', async () => {
  const link = await support.invite('north', { role: 'auditor' })
  // So that none of them is accepted: what the address is comes first.
  const password = 'short'
  for (const email of [
    ...[
      'zoé@example.test',
      'a@exämple.test',
      'a@example',
      'a@b@example.test',
      '.a@example.test',
      'a..b@example.test',
    ],
    ...[
      "o'neil@example.test",
      'a+b@example.test',
      'a_b-c.d@sub.example.test',
      'a@example.c',
      'a @example.test',
    ],
  ]) {
    const made = await acceptAs(there.person(), link, { email, password })
    const signedIn = await there.person().send('POST', '/api/auth/sign-in/email', { email, password })
    const isAddress = made.body.code === 'PASSWORD_LENGTH'
    assert.equal(signedIn.body.code, isAddress ? 'INVALID_EMAIL_OR_PASSWORD' : 'INVALID_EMAIL', email)
    if (!isAddress) assert.equal(made.body.code, 'EMAIL_INVALID', email)
  }
})

test('the twenty-first wrong link from one address within a minute is refused, and says how long to wait', async () => {
  const person = there.person()
  const wrong = `http://console.test/invitation#${'B'.repeat(43)}`
  for (let each = 0; each < 10; each++) {
    assert.equal((await open(person, wrong)).status, 410)
    assert.equal((await acceptAs(person, wrong)).status, 410)
  }
  for (const answer of [await open(person, wrong), await acceptAs(person, wrong)]) {
    assert.deepEqual([answer.status, answer.body.code], [429, 'TOO_MANY_REQUESTS'])
    assert.match(answer.headers.get('retry-after') ?? '', /^([1-9]|[1-5]\d|60)$/)
  }
})

test('links, passwords, cookies and tokens are in no log', async () => {
  const person = there.person()
  const link = await support.invite('north', { role: 'auditor' })
  await person.join(link, 'Lou Logged')
  await person.send('POST', '/api/auth/change-password', {
    newPassword: 'x',
    currentPassword: person.password,
  })
  await person.send('POST', '/api/invitations/accept', { secret: secretOf(link) })
  await person.send('POST', '/api/domains/north/settings', { query: '{ a }' })
  // A fault, which is logged with all that is known of it.
  const last = await support.invite('north', { role: 'auditor' })
  await admin.query('ALTER TABLE people_event RENAME TO elsewhere')
  assert.equal((await acceptAs(there.person(), last)).status, 500)
  await admin.query('ALTER TABLE elsewhere RENAME TO people_event')
  const logged = there.logged()
  assert.match(logged, /was not answered/)
  for (const secret of [
    secretOf(link),
    secretOf(last),
    person.password,
    support.password,
    ...person.cookies.values(),
    ...there.reached.map(({ authorization }) => authorization ?? ''),
  ])
    if (secret !== '') assert.ok(!logged.includes(secret))
})
