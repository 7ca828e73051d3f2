import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { signPersonToken } from '@commonchart/identity'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type Account, type ConsoleStack } from '../console-stack.ts'

const create = `mutation { createConsumer(input: { name: "X", issuer: "x", publicKey: "x" }) { consumer { id } } }`
const list = '{ consumers { nodes { name } } }'

/** What of an answer tells whether it was given. */
interface Told {
  status: number
  code: string | null
  data: unknown
}

describe('who may ask what', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  async function throughConsole(account: Account, domain: string, query: string): Promise<Told> {
    const session = await stack.openSession(account)
    const answer = await session.request.post(`/api/domains/${domain}/settings`, {
      data: { query },
      headers: { origin: stack.consoleUrl },
    })
    const told = tell(answer.status(), await answer.json())
    await session.close()
    return told
  }

  /** Asks the gateway itself with a token as the console signs them. */
  async function atGateway(
    { domain, role }: { domain: string; role: 'support' | 'auditor' },
    asked: { host: string },
    query: string,
  ): Promise<Told> {
    const token = signPersonToken(stack.people.consoleJwk, {
      domain,
      role,
      subject: 'someone',
      name: 'Someone',
    })
    const { status, body } = await stack.ask(`${stack.url}/settings/graphql`, {
      query,
      token,
      host: asked.host,
    })
    return tell(status, body)
  }

  function tell(status: number, body: unknown): Told {
    const { data, errors, code } = body as {
      data?: unknown
      errors?: { extensions: { code: string } }[]
      code?: string
    }
    return { status, code: code ?? errors?.[0]?.extensions.code ?? null, data: data ?? null }
  }

  test('an auditor changes nothing: refused by the gateway, whatever the page shows', async () => {
    const { auditor } = stack.accounts
    assert.equal((await throughConsole(auditor, 'north', list)).code, null)
    assert.equal((await throughConsole(auditor, 'north', create)).code, 'FORBIDDEN')
    const direct = await atGateway({ domain: 'north', role: 'auditor' }, stack.north, create)
    assert.equal(direct.code, 'FORBIDDEN')
  })

  test('a support account sees nothing of another domain: refused by the console, and by the gateway', async () => {
    const { support } = stack.accounts
    const refused = await throughConsole(support, 'south', list)
    assert.deepEqual([refused.status, refused.code], [403, 'NOT_A_MEMBER'])
    const own = await atGateway({ domain: 'north', role: 'support' }, stack.north, list)
    assert.deepEqual([own.status, own.code], [200, null])
    const other = await atGateway({ domain: 'north', role: 'support' }, stack.south, list)
    assert.deepEqual([other.status, other.code, other.data], [401, 'UNAUTHENTICATED', null])
  })
})
