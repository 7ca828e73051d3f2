import { randomBytes } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import { consoleRole } from '@commonchart/database'
import { findFreePort } from '@commonchart/embedded-database'
import { startService, type RunningService } from '@commonchart/gateway-e2e/service'
import { startStack, type Stack } from '@commonchart/gateway-e2e/stack'
import { openOwnTestDatabase } from '@commonchart/testing'
import type { Browser, BrowserContext } from 'playwright-core'
import { startBrowser } from './browser.ts'

/** Somebody who can sign in. */
export interface Account {
  name: string
  email: string
  password: string
}

/** The whole product with the console, and a browser. */
export interface ConsoleStack extends Stack {
  /** Where people of domains reach the console, and where operators do. */
  consoleUrl: string
  consoleOperatorUrl: string
  console: RunningService
  browser: Browser
  /** The support account of the domain `north`, an auditor of it, the support account of `south`, and an operator. */
  accounts: { support: Account; auditor: Account; southSupport: Account; operator: Account }
  /** A browser's session that is signed in, at desktop width and in English unless it is said. */
  openSession(account: Account, options?: Parameters<Browser['newContext']>[0]): Promise<BrowserContext>
}

let shared: Promise<ConsoleStack> | undefined

// When all of the process's tests are over: one that is over may have others after it.
after(async () => {
  await (await shared)?.stop()
})

/** Gives the stack that all tests of this process share; its `stop` leaves it to those that follow. */
export async function openConsoleStack(): Promise<ConsoleStack> {
  shared ??= startConsoleStack()
  return { ...(await shared), stop: async () => {} }
}

async function startConsoleStack(): Promise<ConsoleStack> {
  const limit = '10000000'
  const stack = await startStack({
    gateway: { LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: limit, LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: limit },
  })
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-console-'))
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const migrations = new URL('../../console/migrations/', import.meta.url)
  const database = await openOwnTestDatabase(migrations, consoleRole)
  const [port, operatorPort] = [await findFreePort(), await findFreePort()]
  const [consoleUrl, consoleOperatorUrl] = [`http://localhost:${port}`, `http://localhost:${operatorPort}`]
  const firstLinks = join(folder, 'first-links.json')
  const console = await startService('console', {
    PORT: String(port),
    PUBLIC_URL: consoleUrl,
    OPERATOR_PORT: String(operatorPort),
    OPERATOR_PUBLIC_URL: consoleOperatorUrl,
    DATABASE_URL: database.url,
    GATEWAY_URL: stack.url,
    OPERATOR_GRAPH_URL: stack.operatorUrl,
    CONSOLE_KEY: write('console.key.json', JSON.stringify(stack.people.consoleJwk)),
    OPERATOR_KEY: write('operator.key.json', JSON.stringify(stack.people.operatorJwk)),
    SESSION_SECRET: write('session.secret', randomBytes(32).toString('base64url')),
    FIRST_LINKS: firstLinks,
    FIRST_DOMAINS: 'north,south',
  })
  const browser = await startBrowser()
  const links = JSON.parse(readFileSync(firstLinks, 'utf8')) as { domain: string; link: string }[]
  const accept = async (link: string, name: string): Promise<Account> => {
    const { origin, hash } = new URL(link)
    const account = {
      name,
      email: `${name.toLowerCase().replaceAll(' ', '.')}@example.test`,
      password: randomBytes(12).toString('hex'),
    }
    await post(origin, '/api/invitations/accept', { secret: hash.slice(1), ...account })
    return account
  }
  const linkOf = (domain: string): string => links.find((each) => each.domain === domain)?.link ?? ''
  const support = await accept(linkOf('north'), 'Sue Support')
  const southSupport = await accept(linkOf('south'), 'Sam South')
  const operator = await accept(linkOf('@platform'), 'Olga Operator')

  // Signing in is throttled: each account does so once, and every later session begins with its cookies.
  const signedIn = new Map<string, ReturnType<typeof signIn>>()
  async function signIn({ email, password }: Account, url: string) {
    const context = await browser.newContext({ baseURL: url })
    const answer = await context.request.post('/api/auth/sign-in/email', {
      data: { email, password },
      headers: { origin: url },
    })
    if (!answer.ok()) throw new Error(`${email} could not sign in: ${await answer.text()}`)
    const state = await context.storageState()
    await context.close()
    return state
  }
  async function openSession(account: Account, options: Parameters<Browser['newContext']>[0] = {}) {
    const url = account.email === operator.email ? consoleOperatorUrl : consoleUrl
    const signing = signedIn.get(account.email) ?? signIn(account, url)
    signedIn.set(account.email, signing)
    return browser.newContext({
      ...{ baseURL: url, locale: 'en-CA', viewport: { width: 1280, height: 900 } },
      storageState: await signing,
      ...options,
    })
  }
  const session = await openSession(support)
  const invited = await session.request.post('/api/domains/north/invitations', {
    data: { role: 'auditor' },
    headers: { origin: consoleUrl },
  })
  const auditor = await accept(((await invited.json()) as { link: string }).link, 'Audrey Auditor')
  await session.close()

  return {
    ...stack,
    consoleUrl,
    consoleOperatorUrl,
    console,
    browser,
    accounts: { support, auditor, southSupport, operator },
    openSession,
    async stop() {
      await browser.close()
      await console.stop()
      await database.close()
      rmSync(folder, { recursive: true, force: true })
      await stack.stop()
    },
  }
}

async function post(origin: string, path: string, body: object): Promise<void> {
  const answer = await fetch(`${origin}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin },
    body: JSON.stringify(body),
  })
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`)
}
