import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import pg from 'pg'
import { startTestConsole, type TestConsole } from './test-console.ts'
import type { Person } from './test-person.ts'

let there: TestConsole
let support: Person

before(async () => {
  there = await startTestConsole()
  support = await there.first('north')
})
after(() => there.stop())

interface Session {
  id: string
  current: boolean
  address: string
  userAgent: string
}

const sessionsOf = async (person: Person): Promise<Session[]> =>
  ((await person.send('GET', '/api/sessions')).body as unknown as { sessions: Session[] }).sessions

async function signInElsewhere(person: Person): Promise<Person> {
  const elsewhere = there.person()
  Object.assign(elsewhere, { email: person.email, password: person.password })
  assert.equal((await elsewhere.signIn()).status, 200)
  return elsewhere
}

async function joinNorth(name: string): Promise<Person> {
  const person = there.person()
  await person.join(await support.invite('north', { role: 'auditor' }), name)
  return person
}

const isSignedIn = async (person: Person): Promise<boolean> =>
  (await person.send('GET', '/api/sessions')).status === 200

test('a person sees where they are signed in, and no token of it', async () => {
  const person = await joinNorth('Sue Sessions')
  await signInElsewhere(person)
  const sessions = await sessionsOf(person)
  assert.deepEqual(sessions.map(({ current }) => current).sort(), [false, true])
  assert.equal(new Set(sessions.map(({ address }) => address)).size, 2)
  const answer = JSON.stringify(sessions)
  for (const cookie of person.cookies.values())
    assert.ok(!answer.includes(decodeURIComponent(cookie).split('.')[0] ?? ''))
})

test('an ended session’s next request is refused', async () => {
  const person = await joinNorth('Eve Ended')
  const elsewhere = await signInElsewhere(person)
  const other = (await sessionsOf(person)).find(({ current }) => !current)
  assert.equal((await person.send('DELETE', `/api/sessions/${other?.id}`)).status, 200)
  assert.equal(await isSignedIn(elsewhere), false)
  assert.equal(await isSignedIn(person), true)
})

test('all other sessions can be ended at once', async () => {
  const person = await joinNorth('Otto Others')
  const others = [await signInElsewhere(person), await signInElsewhere(person)]
  const { body } = await person.send('DELETE', '/api/sessions')
  assert.equal(body.ended, 2)
  assert.deepEqual(await Promise.all(others.map(isSignedIn)), [false, false])
  assert.equal(await isSignedIn(person), true)
})

test('nobody can end a session of somebody else', async () => {
  const person = await joinNorth('Ann Attacked')
  const own = (await sessionsOf(person))[0]
  assert.equal((await support.send('DELETE', `/api/sessions/${own?.id}`)).status, 404)
  assert.equal(await isSignedIn(person), true)
})

test('a new password needs the old one and ends all other sessions', async () => {
  const person = await joinNorth('Pam Password')
  const elsewhere = await signInElsewhere(person)
  const changeTo = (newPassword: string, currentPassword: string) =>
    person.send('POST', '/api/auth/change-password', {
      ...{ newPassword, currentPassword, revokeOtherSessions: true },
    })
  const next = 'a long enough password'
  assert.equal((await changeTo(next, 'not the old one')).body.code, 'INVALID_PASSWORD')
  assert.equal((await changeTo('too short', person.password)).body.code, 'PASSWORD_TOO_SHORT')
  assert.equal(await isSignedIn(elsewhere), true)
  assert.equal((await changeTo(next, person.password)).status, 200)
  assert.equal(await isSignedIn(elsewhere), false)
  assert.equal(await isSignedIn(person), true)
  assert.equal((await elsewhere.signIn()).status, 401)
})

test('a name is changed by its owner, to one line', async () => {
  const person = await joinNorth('Nan Named')
  assert.equal((await person.send('PATCH', '/api/me', { name: ' Nan New ' })).body.name, 'Nan New')
  for (const name of ['', 'x'.repeat(201), 'two\nlines', 7])
    assert.equal((await person.send('PATCH', '/api/me', { name })).status, 400)
  const { user } = (await person.send('GET', '/api/me')).body as unknown as { user: { name: string } }
  assert.equal(user.name, 'Nan New')
  assert.equal((await there.person().send('PATCH', '/api/me', { name: 'Nobody' })).status, 401)
})

test('a session that is used lives on, its cookie with it, and one that is not ends', async () => {
  const person = await joinNorth('Lea Lasting')
  const id = (await sessionsOf(person))[0]?.id
  const admin = new pg.Client({ connectionString: there.adminUrl })
  await admin.connect()
  const setExpiry = (interval: string) =>
    admin.query(`UPDATE session SET "expiresAt" = now() + interval '${interval}' WHERE id = $1`, [id])
  try {
    await setExpiry('6 days')
    const { headers } = await person.send('GET', '/api/me')
    assert.match(headers.getSetCookie().join(), /commonchart\.session_token=.*Max-Age=604800/)
    await setExpiry('-1 second')
    assert.equal(await isSignedIn(person), false)
  } finally {
    await admin.end()
  }
})
