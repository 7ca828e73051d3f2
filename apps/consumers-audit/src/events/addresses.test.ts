import assert from 'node:assert/strict'
import { isIP } from 'node:net'
import { after, before, test } from 'node:test'
import { createAddressPolicy, type AddressPolicy, type ResolveName } from './addresses.ts'
import { readEventUrl } from './event-url.ts'
import { openReceiver, type Attempt } from './post-event.ts'
import { startTestReceiver, type TestReceiver } from './test-events.ts'

let receiver: TestReceiver
before(async () => {
  receiver = await startTestReceiver()
})
after(() => receiver?.close())

const publicAddress = '93.184.215.14'

/** A resolver that gives what it is told, one answer after the other and the last for good. */
function resolveTo(...answers: string[][]): ResolveName {
  let asked = 0
  return (_, done) => {
    const answer = answers[Math.min(asked, answers.length - 1)] ?? []
    asked += 1
    done(
      null,
      answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )
  }
}

async function reasonOf(policy: AddressPolicy, url: string): Promise<unknown> {
  try {
    await readEventUrl(policy, url, 'input.url')
    return 'accepted'
  } catch (error) {
    const { code, reason } = (error as { extensions: Record<string, unknown> }).extensions
    assert.equal(code, 'EVENT_URL_REFUSED')
    return reason
  }
}

async function postTo(policy: AddressPolicy, url: string): Promise<Attempt> {
  const opened = openReceiver(url, { policy, timeoutMs: 2000 })
  try {
    return await opened.post('{}', {})
  } finally {
    await opened.close()
  }
}

const notPublic = [
  ...['127.0.0.1', '0.0.0.0', '10.1.2.3', '172.16.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1'],
  ...['224.0.0.1', '255.255.255.255', '192.0.2.1', '198.18.0.1', '240.0.0.1', '192.0.0.1'],
  ...['0x7f000001', '2130706433', '0177.0.0.1', '127.1'],
  ...['[::1]', '[::]', '[fe80::1]', '[fd00::1]', '[fd00:ec2::254]', '[ff02::1]', '[2001:db8::1]'],
  ...['[::ffff:127.0.0.1]', '[::ffff:a00:1]', '[::127.0.0.1]', '[64:ff9b::7f00:1]', '[64:ff9b:1::a00:1]'],
  ...['[2002:7f00:1::]', '[2001:0:7f00:1::]', '[fec0::1]', '[100::1]'],
]

test('an address that is not of the public internet is refused in whatever form it is written', async () => {
  const policy = createAddressPolicy(undefined)
  for (const host of notPublic)
    assert.equal(await reasonOf(policy, `https://${host}/events`), 'ADDRESS_REFUSED', host)
  for (const host of [publicAddress, '[2606:2800:21f:cb07:6820:80da:af6b:8b2c]'])
    assert.equal(await reasonOf(policy, `https://${host}:8443/events`), 'accepted', host)
})

test('a name that leads to an address that is not of the public internet is refused, also beside one that is', async () => {
  const addresses = notPublic.map((host) => host.replace(/^\[|\]$/g, '')).filter((each) => isIP(each) !== 0)
  for (const address of addresses) {
    const policy = createAddressPolicy('', resolveTo([address]))
    assert.equal(await reasonOf(policy, 'https://receiver.example/'), 'ADDRESS_REFUSED', address)
  }
  const both = createAddressPolicy('', resolveTo([publicAddress, '10.0.0.1']))
  assert.equal(await reasonOf(both, 'https://receiver.example/'), 'ADDRESS_REFUSED')
  const none = createAddressPolicy('', resolveTo([]))
  assert.equal(await reasonOf(none, 'https://receiver.example/'), 'ADDRESS_REFUSED')
})

test('what is no https URL, or holds a password, is refused', async () => {
  const policy = createAddressPolicy('', resolveTo([publicAddress]))
  for (const [url, reason] of [
    ['nothing', 'NOT_A_URL'],
    [`https://receiver.example/${'x'.repeat(2000)}`, 'NOT_A_URL'],
    ['http://receiver.example/', 'NOT_HTTPS'],
    ['ftp://receiver.example/', 'NOT_HTTPS'],
    ['file:///etc/passwd', 'NOT_A_URL'],
    ['https://me:secret@receiver.example/', 'CREDENTIALS'],
    ['https://receiver.example/events?to=me', 'accepted'],
  ])
    assert.equal(await reasonOf(policy, url ?? ''), reason, url)
  const unknown = createAddressPolicy('', (_, done) =>
    done(Object.assign(new Error('no such name'), { code: 'ENOTFOUND' }), []),
  )
  assert.equal(await reasonOf(unknown, 'https://receiver.example/'), 'HOST_UNKNOWN')
})

test('networks that the operator allows are reached, by http as well, and those beside them are not', async () => {
  const policy = createAddressPolicy('10.1.0.0/16, fd00:1::/32, 127.0.0.1')
  for (const url of [
    'http://10.1.2.3/',
    'https://10.1.2.3/',
    'http://[fd00:1::7]/',
    'http://127.0.0.1:8080/',
  ])
    assert.equal(await reasonOf(policy, url), 'accepted', url)
  for (const url of ['https://10.2.0.1/', 'https://[fd00:2::1]/', 'https://127.0.0.2/'])
    assert.equal(await reasonOf(policy, url), 'ADDRESS_REFUSED', url)
  assert.equal(await reasonOf(policy, 'http://10.2.0.1/'), 'NOT_HTTPS')
  assert.throws(() => createAddressPolicy('10.0.0.0/8,here'), /EVENT_NETWORKS lists here/)
})

test('a name that leads elsewhere when it is delivered to than when it was saved is never called', async () => {
  const { port } = new URL(receiver.url)
  const policy = createAddressPolicy('', resolveTo([publicAddress], ['127.0.0.1']))
  assert.equal(await reasonOf(policy, `https://receiver.example:${port}/`), 'accepted')
  const attempt = await postTo(policy, `https://receiver.example:${port}/`)
  assert.deepEqual([attempt.status, attempt.error], [null, 'ADDRESS_REFUSED'])
  assert.equal(receiver.posted.length, 0)
})

test('a connection goes to the address that was looked at, and to no other that the name leads to next', async () => {
  const { port } = new URL(receiver.url)
  const policy = createAddressPolicy('127.0.0.1', resolveTo(['127.0.0.1'], ['127.0.0.2']))
  const attempt = await postTo(policy, `http://receiver.example:${port}/events`)
  assert.deepEqual([attempt.status, attempt.error], [204, null])
  assert.equal(receiver.posted.splice(0).length, 1)
})

test('an address that was allowed when it was saved and is no longer is never called', async () => {
  const attempt = await postTo(createAddressPolicy(''), receiver.url)
  assert.equal(attempt.error, 'ADDRESS_REFUSED')
  assert.equal(receiver.posted.length, 0)
})

test('a redirect is a failure and is not followed', async () => {
  const redirecting = await startTestReceiver(() => 307)
  const attempt = await postTo(createAddressPolicy('127.0.0.1'), redirecting.url)
  redirecting.close()
  assert.deepEqual([attempt.status, attempt.error], [307, 'REDIRECT'])
  assert.equal(redirecting.posted.length, 1)
})

test('what goes wrong is named, and says nothing of what the receiver said', async () => {
  const gone = await startTestReceiver()
  gone.close()
  assert.equal((await postTo(createAddressPolicy('127.0.0.1'), gone.url)).error, 'CONNECTION_REFUSED')
  const rude = await startTestReceiver(() => Promise.reject(new Error('no')))
  assert.equal((await postTo(createAddressPolicy('127.0.0.1'), rude.url)).error, 'CONNECTION_BROKEN')
  rude.close()
  const plain = receiver.url.replace('http:', 'https:')
  assert.equal((await postTo(createAddressPolicy('127.0.0.1'), plain)).error, 'CERTIFICATE')
})
