import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestConsole, type TestConsole } from './test-console.ts'
import type { Person } from './test-person.ts'

let there: TestConsole
let support: Person
let secure: TestConsole

before(async () => {
  there = await startTestConsole()
  support = await there.first('north')
  secure = await startTestConsole({ url: 'https://console.test', operatorUrl: 'https://operators.test' })
})
after(async () => {
  await there.stop()
  await secure.stop()
})

/** Sends what no client library would send, and gives what came back. */
function sendRaw(text: string): Promise<string> {
  const { hostname, port } = new URL(there.url)
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname)
    let got = ''
    socket.on('data', (chunk: Buffer) => (got += chunk.toString()))
    socket.on('end', () => resolve(got))
    socket.on('error', reject)
    socket.write(text)
  })
}

const getRaw = (target: string): Promise<string> =>
  sendRaw(`GET ${target} HTTP/1.1\r\nhost: console.test\r\nconnection: close\r\n\r\n`)

test('another site cannot make a browser change anything, whatever it says of where it comes from', async () => {
  const before = (await support.send('GET', '/api/domains/north/members')).body
  const claims: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://console.test.evil.example' },
    { origin: 'http://operators.test' },
    { origin: 'https://console.test' },
    { origin: 'https://evil.example', 'sec-fetch-site': 'same-origin' },
  ]
  for (const headers of claims)
    for (const [method, path] of [
      ['POST', '/api/domains/north/invitations'],
      ['POST', '/api/domains/north/settings'],
      ['POST', '/api/auth/sign-out'],
      ['POST', '/api/auth/change-password'],
      ['PATCH', '/api/me'],
      ['DELETE', '/api/sessions'],
    ] as const) {
      const { status, body } = await support.send(method, path, { role: 'support' }, headers)
      assert.deepEqual(
        [status, body.code],
        [403, 'CROSS_ORIGIN'],
        `${method} ${path} ${JSON.stringify(headers)}`,
      )
    }
  assert.deepEqual((await support.send('GET', '/api/domains/north/members')).body, before)
})

test('a change without Origin is refused, unless the browser itself says that it is of the same origin', async () => {
  const cookie = [...support.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const post = async (extra: string): Promise<string> => {
    const answer = await sendRaw(
      `POST /api/domains/north/settings HTTP/1.1\r\nhost: console.test\r\ncookie: ${cookie}\r\n${extra}` +
        'content-type: application/json\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}',
    )
    return answer.slice(9, 12)
  }
  assert.equal(await post(''), '403')
  assert.equal(await post('sec-fetch-site: cross-site\r\n'), '403')
  assert.equal(await post('sec-fetch-site: same-site\r\n'), '403')
  assert.equal(await post('sec-fetch-site: none\r\n'), '403')
  assert.equal(await post('sec-fetch-site: same-origin\r\n'), '200')
})

test('another site cannot read with a person’s cookies either', async () => {
  const claims: Record<string, string>[] = [
    { 'sec-fetch-site': 'cross-site' },
    { origin: 'https://evil.example' },
  ]
  for (const headers of claims)
    assert.equal((await support.send('GET', '/api/me', undefined, headers)).status, 403)
})

test('cookies are HttpOnly and SameSite, and over https Secure; those of the two listeners have other names', async () => {
  for (const [console, side, name] of [
    [there, 'south', 'commonchart.session_token'],
    [secure, 'north', '__Secure-commonchart.session_token'],
    [secure, '@platform', '__Secure-commonchart-operator.session_token'],
  ] as const) {
    const person = await console.first(side)
    const cookies = (await person.signIn()).headers.getSetCookie()
    const session = cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? ''
    assert.match(session, /; HttpOnly/, cookies.join())
    for (const cookie of cookies) {
      assert.match(cookie, /; HttpOnly/)
      assert.match(cookie, /; SameSite=(Lax|Strict)/)
      assert.match(cookie, /; Path=\//)
      assert.equal(/; Secure/.test(cookie), console === secure, cookie)
      assert.doesNotMatch(cookie, /; Domain=/)
    }
    await person.send('POST', '/api/auth/sign-out', {})
  }
})

test('no answer can be framed, guessed at or kept, and over https none is asked for without', async () => {
  for (const path of ['/', '/sign-in', '/api/me', '/nothing/here', '/icon.svg', '/api/nothing']) {
    const { headers } = await secure.person().send('GET', path)
    assert.equal(headers.get('x-frame-options'), 'DENY', path)
    assert.equal(headers.get('x-content-type-options'), 'nosniff', path)
    assert.equal(headers.get('referrer-policy'), 'no-referrer', path)
    assert.match(headers.get('strict-transport-security') ?? '', /max-age=31536000/, path)
    if (path.startsWith('/api')) assert.equal(headers.get('cache-control'), 'no-store', path)
    else assert.match(headers.get('content-security-policy') ?? '', /frame-ancestors 'none'/, path)
  }
})

test('the policy of every page but the Explorer has no unsafe word, and lets nothing leave the origin', async () => {
  const policyOf = async (path: string): Promise<string> =>
    (await there.person().send('GET', path)).headers.get('content-security-policy') ?? ''
  for (const path of [
    '/',
    '/sign-in',
    '/invitation',
    '/d/north/members',
    '/explorers',
    '/index.html',
    '/icon.svg',
  ]) {
    const policy = await policyOf(path)
    assert.doesNotMatch(policy, /unsafe|https?:|\*|blob:/, path)
    assert.match(policy, /default-src 'none'/, path)
    assert.match(policy, /script-src 'self';/, path)
    assert.match(policy, /connect-src 'self';/, path)
    assert.match(policy, /form-action 'self'/, path)
    assert.match(policy, /base-uri 'none'/, path)
  }
  const nonces = [await policyOf('/'), await policyOf('/')].map((policy) => /nonce-([^']+)/.exec(policy)?.[1])
  assert.ok(nonces[0] && nonces[0] !== nonces[1])
  assert.doesNotMatch(await policyOf('/d/north/explorer'), /unsafe-eval/)
})

test('the pages of one listener are not served by the other', async () => {
  const text = async (url: string): Promise<string> => (await fetch(url)).text()
  for (const path of ['/index.html', '/operator.html', '/'])
    assert.equal(
      (await text(`${there.url}${path}`)).includes('operator'),
      false,
      `${path} of the domains' listener`,
    )
})

test('no path leads out of the built pages, or to a hidden file', async () => {
  for (const target of [
    '/../package.json',
    '/../../package.json',
    '/..%2f..%2fpackage.json',
    '/%2e%2e/%2e%2e/package.json',
    '/assets/..%2f..%2f..%2fpackage.json',
    '/assets/%2e%2e%5c%2e%2e%5cpackage.json',
    '/..%252f..%252fpackage.json',
    '//etc/passwd',
    '/%2fetc%2fpasswd',
    '/.env',
    '/assets/.hidden',
    '/%2egit/config',
    '/icon.svg%00.html',
  ]) {
    const answer = await getRaw(target)
    assert.match(answer, /^HTTP\/1.1 200 OK/, target)
    assert.match(answer, /<div id="root">/, `${target} gives the app, which says that there is no such page`)
    assert.doesNotMatch(answer, /"workspaces"|root:|"version"/, target)
  }
})

test('a request that is none is refused and not logged as a fault of ours', async () => {
  for (const target of ['http://evil.example/', '*', '/%'])
    assert.match(await getRaw(target), /^HTTP\/1.1 (400|200) /, target)
  assert.match(await getRaw('/api/domains/%ZZ/members'), /^HTTP\/1.1 400 /)
  assert.doesNotMatch(there.logged(), /was not answered/)
})

test('nothing that is asked for redirects anywhere', async () => {
  for (const path of [
    '//evil.example',
    '/sign-in?next=https://evil.example',
    '/\\evil.example',
    '/api/auth/sign-out',
  ])
    assert.equal((await there.person().send('GET', path)).headers.get('location'), null, path)
  const { email, password } = support
  const signedIn = await support.send('POST', '/api/auth/sign-in/email', {
    ...{ email, password, callbackURL: 'https://evil.example' },
  })
  assert.ok(signedIn.status === 403 || signedIn.headers.get('location') === null, String(signedIn.status))
})

test('x-forwarded-for is believed only where a proxy ends TLS', async () => {
  const direct = await startTestConsole({ behindTls: false })
  try {
    const attempts = []
    for (let attempt = 1; attempt <= 6; attempt++) {
      const person = direct.person()
      person.password = 'a password that is wrong'
      attempts.push((await person.signIn()).status)
    }
    assert.deepEqual(attempts, [401, 401, 401, 401, 401, 429])
  } finally {
    await direct.stop()
  }
})
