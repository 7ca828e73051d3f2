import assert from 'node:assert/strict'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { after, before, test } from 'node:test'
import { startTestConsole, type TestConsole } from './test-console.ts'
import type { Person } from './test-person.ts'

let sink: Awaited<ReturnType<typeof startSink>>
let there: TestConsole
let support: Person

before(async () => {
  sink = await startSink()
  there = await startTestConsole({ mail: { url: sink.url, from: 'console@example.test' } })
  support = await there.first('north')
})
after(async () => {
  await there.stop()
  sink.stop()
})

/** A mail server that takes all but what is for `refused@example.test`. */
async function startSink() {
  const mails: { to: string[]; text: string }[] = []
  const server = createServer((socket) => {
    let [to, data, isData, rest]: [string[], string, boolean, string] = [[], '', false, '']
    const take = (line: string): void => {
      if (isData && line !== '.') return void (data += `${line}\n`)
      if (isData) {
        mails.push({ to, text: data })
        ;[to, data, isData] = [[], '', false]
        return void socket.write('250 taken\r\n')
      }
      if (/^RCPT TO:<refused/i.test(line)) return void socket.write('550 nobody of that name\r\n')
      if (/^RCPT TO:/i.test(line)) to.push(/<(.*)>/.exec(line)?.[1] ?? '')
      isData = /^DATA/i.test(line)
      socket.write(isData ? '354 go on\r\n' : /^QUIT/i.test(line) ? '221 bye\r\n' : '250 ok\r\n')
    }
    socket.on('error', () => undefined)
    socket.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\r\n')
      rest = lines.pop() ?? ''
      lines.forEach(take)
    })
    socket.write('220 sink\r\n')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  return {
    url: `smtp://127.0.0.1:${(server.address() as AddressInfo).port}`,
    mails,
    stop: () => server.close(),
  }
}

/** The text of a mail as its reader sees it. */
function decode(mail: string): string {
  const [, body = ''] = /\n\n([\s\S]*)$/.exec(mail) ?? []
  if (/transfer-encoding: base64/i.test(mail)) return Buffer.from(body, 'base64').toString()
  const bytes = body
    .replace(/=\n/g, '')
    .replace(/=([0-9A-F]{2})/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

const invite = async (invitation: object) =>
  (await support.send('POST', '/api/domains/north/invitations', invitation)).body as unknown as {
    link: string
    mailed: boolean | null
    code?: string
  }

test('an invitation for an address is mailed to it in both languages, and its link shown as well', async () => {
  const { link, mailed } = await invite({ role: 'auditor', email: 'Invited@Example.test' })
  assert.equal(mailed, true)
  const mail = sink.mails.at(-1)
  assert.deepEqual(mail?.to, ['invited@example.test'])
  const text = decode(mail?.text ?? '')
  assert.ok(text.includes(link))
  assert.match(text, /First of north invites you to the Commonchart console of north\./)
  assert.match(text, /First of north vous invite à la console Commonchart de north\./)
})

test('an invitation for nobody in particular is not mailed', async () => {
  const before = sink.mails.length
  assert.equal((await invite({ role: 'auditor' })).mailed, null)
  assert.equal(sink.mails.length, before)
})

test('where the mail server refuses, the invitation stands, the page is told, and the link is in no log', async () => {
  const { link, mailed } = await invite({ role: 'auditor', email: 'refused@example.test' })
  assert.equal(mailed, false)
  assert.match(link, /#/)
  assert.match(there.logged(), /an invitation was not mailed/)
  assert.ok(!there.logged().includes(link.split('#')[1] ?? ''))
  await there.person().send('POST', '/api/invitations/open', { secret: link.split('#')[1] })
})

test('one invitation is mailed to one address, whatever stands in it', async () => {
  const before = sink.mails.length
  for (const email of [
    'a@example.test, b@example.test',
    'a@example.test\r\nRCPT TO:<b@example.test>',
    '"x" <a@b.test>',
  ])
    assert.equal((await invite({ role: 'auditor', email })).code, 'EMAIL_INVALID', email)
  assert.equal(sink.mails.length, before)
})
