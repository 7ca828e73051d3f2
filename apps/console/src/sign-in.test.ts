import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createTotpCode } from '@commonchart/testing'
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

async function joinNorth(name: string): Promise<Person> {
  const person = there.person()
  await person.join(await support.invite('north', { role: 'auditor' }), name)
  return person
}

async function enableTotp(person: Person): Promise<{ totpURI: string; backupCodes: string[] }> {
  const { password } = person
  const { body } = await person.send('POST', '/api/auth/two-factor/enable', { password })
  const enabled = body as unknown as { totpURI: string; backupCodes: string[] }
  const verified = await person.send('POST', '/api/auth/two-factor/verify-totp', {
    code: createTotpCode(enabled.totpURI),
  })
  assert.equal(verified.status, 200, JSON.stringify(verified.body))
  return enabled
}

const isSignedIn = async (person: Person): Promise<boolean> =>
  (await person.send('GET', '/api/sessions')).status === 200

test('passwords are kept as argon2id, with at least the cost that OWASP advises', async () => {
  const { rows } = await admin.query<{ password: string }>('SELECT password FROM account')
  assert.ok(rows.length > 0)
  for (const { password } of rows)
    assert.match(password, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/)
})

test('a wrong password and an address without an account get the same answer', async () => {
  const person = await joinNorth('Wanda Wrong')
  const wrong = await there.person().send('POST', '/api/auth/sign-in/email', {
    email: person.email,
    password: 'this is not the password',
  })
  const nobody = await there.person().send('POST', '/api/auth/sign-in/email', {
    email: 'nobody@example.test',
    password: 'this is not the password',
  })
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'INVALID_EMAIL_OR_PASSWORD'])
  assert.deepEqual([nobody.status, nobody.body], [wrong.status, wrong.body])
})

test('the sixth attempt to sign in within a minute is refused, and says how long to wait', async () => {
  const person = there.person()
  person.password = 'a password that is wrong'
  for (let attempt = 1; attempt <= 5; attempt++) assert.equal((await person.signIn()).status, 401)
  const sixth = await person.signIn()
  assert.equal(sixth.status, 429)
  const seconds = Number(sixth.headers.get('x-retry-after'))
  assert.ok(seconds > 0 && seconds <= 60, String(seconds))
})

test('a client’s own word for its address is dropped: throttling cannot be shaken off by it', async () => {
  const person = there.person()
  person.password = 'a password that is wrong'
  const { email, password } = person
  const send = (at: number) =>
    person.send(
      'POST',
      '/api/auth/sign-in/email',
      { email, password },
      { 'x-commonchart-address': `203.0.113.${at}` },
    )
  for (let attempt = 1; attempt <= 5; attempt++) assert.equal((await send(attempt)).status, 401)
  assert.equal((await send(6)).status, 429)
})

test('nobody can sign up without an invitation, and nothing else of better-auth is answered', async () => {
  const person = there.person()
  for (const [method, path] of [
    ['POST', 'sign-up/email'],
    ['POST', 'sign-in/social'],
    ['POST', 'request-password-reset'],
    ['POST', 'reset-password'],
    ['POST', 'change-email'],
    ['POST', 'delete-user'],
    ['POST', 'update-user'],
    ['GET', 'list-sessions'],
    ['GET', 'error?error=%3Cscript%3E'],
  ] as const)
    assert.equal(
      (await person.send(method, `/api/auth/${path}`, method === 'GET' ? undefined : {})).status,
      404,
      path,
    )
})

test('the session of before signing in is never the one of after: nobody can plant one', async () => {
  const person = await joinNorth('Fay Fixed')
  const before = new Map(person.cookies)
  const planted = there.person()
  Object.assign(planted, { email: person.email, password: person.password })
  for (const [name, value] of before) planted.cookies.set(name, value)
  await planted.signIn()
  const name = 'commonchart.session_token'
  assert.ok(before.get(name) && planted.cookies.get(name))
  assert.notEqual(planted.cookies.get(name), before.get(name))
})

test('an unsigned session token signs nobody in', async () => {
  const { rows } = await admin.query<{ token: string }>('SELECT token FROM session LIMIT 1')
  const person = there.person()
  person.cookies.set('commonchart.session_token', rows[0]?.token ?? '')
  assert.equal(await isSignedIn(person), false)
  person.cookies.set('commonchart.session_token', `${rows[0]?.token}.${'A'.repeat(43)}%3D`)
  assert.equal(await isSignedIn(person), false)
})

test('signing out ends the session itself and not the cookie alone', async () => {
  const person = await joinNorth('Olive Out')
  const kept = new Map(person.cookies)
  assert.equal((await person.send('POST', '/api/auth/sign-out', {})).status, 200)
  for (const [name, value] of kept) person.cookies.set(name, value)
  assert.equal(await isSignedIn(person), false)
})

test('with TOTP on, a password alone signs nobody in', async () => {
  const person = await joinNorth('Tom Totp')
  const { totpURI } = await enableTotp(person)
  const elsewhere = there.person()
  Object.assign(elsewhere, { email: person.email, password: person.password })
  const first = await elsewhere.signIn()
  assert.deepEqual([first.status, first.body.twoFactorRedirect], [200, true])
  assert.equal(await isSignedIn(elsewhere), false)
  const wrong = await elsewhere.send('POST', '/api/auth/two-factor/verify-totp', { code: '000000' })
  assert.deepEqual([wrong.status, wrong.body.code], [401, 'INVALID_CODE'])
  assert.equal(await isSignedIn(elsewhere), false)
  const right = await elsewhere.send('POST', '/api/auth/two-factor/verify-totp', {
    code: createTotpCode(totpURI),
  })
  assert.equal(right.status, 200)
  assert.equal(await isSignedIn(elsewhere), true)
})

test('a backup code signs in once', async () => {
  const person = await joinNorth('Bea Backup')
  const { backupCodes } = await enableTotp(person)
  const use = async (): Promise<[number, boolean]> => {
    const elsewhere = there.person()
    Object.assign(elsewhere, { email: person.email, password: person.password })
    await elsewhere.signIn()
    const { status } = await elsewhere.send('POST', '/api/auth/two-factor/verify-backup-code', {
      code: backupCodes[0],
    })
    return [status, await isSignedIn(elsewhere)]
  }
  assert.deepEqual(await use(), [200, true])
  assert.deepEqual(await use(), [401, false])
})

test('guessing codes ends: after five the password is asked again, after ten the account waits', async () => {
  const person = await joinNorth('Gus Guessed')
  await enableTotp(person)
  const guess = async (): Promise<(string | undefined)[]> => {
    const thief = there.person()
    Object.assign(thief, { email: person.email, password: person.password })
    await thief.signIn()
    const codes = []
    for (let attempt = 1; attempt <= 6; attempt++)
      codes.push((await thief.send('POST', '/api/auth/two-factor/verify-totp', { code: '000000' })).body.code)
    return codes
  }
  assert.equal((await guess()).at(-1), 'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE')
  assert.equal((await guess()).at(-1), 'ACCOUNT_TEMPORARILY_LOCKED')
  assert.equal((await guess())[0], 'ACCOUNT_TEMPORARILY_LOCKED')
})

test('the eleventh code from one address within a minute is refused', async () => {
  const person = there.person()
  const send = () => person.send('POST', '/api/auth/two-factor/verify-totp', { code: '000000' })
  for (let attempt = 1; attempt <= 10; attempt++) assert.equal((await send()).status, 401)
  assert.equal((await send()).status, 429)
})

test('TOTP is turned on and off with the password alone, and its secret is kept encrypted', async () => {
  const person = await joinNorth('Cora Careful')
  const wrong = await person.send('POST', '/api/auth/two-factor/enable', { password: 'not the password' })
  assert.deepEqual([wrong.status, wrong.body.code], [400, 'INVALID_PASSWORD'])
  const { totpURI, backupCodes } = await enableTotp(person)
  const { rows } = await admin.query<{ row: string }>('SELECT t::text AS row FROM "twoFactor" t')
  const kept = rows.map(({ row }) => row).join()
  assert.ok(!kept.includes(new URL(totpURI).searchParams.get('secret') ?? ''))
  for (const code of backupCodes) assert.ok(!kept.includes(code))
  const off = (password: string) => person.send('POST', '/api/auth/two-factor/disable', { password })
  assert.equal((await off('not the password')).status, 400)
  assert.equal((await off(person.password)).status, 200)
})
