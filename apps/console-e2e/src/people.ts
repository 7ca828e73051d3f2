import { randomBytes } from 'node:crypto'
import type { BrowserContext, Page } from 'playwright-core'
import { createAddress, type Account, type ConsoleStack } from './console-stack.ts'

/** A browser that nobody is signed in to, at an address of its own. Must be closed. */
export function openBrowser(
  stack: ConsoleStack,
  options: Parameters<ConsoleStack['browser']['newContext']>[0] = {},
): Promise<BrowserContext> {
  return stack.browser.newContext({
    baseURL: stack.consoleUrl,
    locale: 'en-CA',
    viewport: { width: 1280, height: 900 },
    extraHTTPHeaders: { 'x-forwarded-for': createAddress() },
    ...options,
  })
}

/** Invites somebody to a domain as its support account and gives the link. */
export async function createLink(
  stack: ConsoleStack,
  invitation: { role: 'support' | 'auditor'; email?: string },
): Promise<string> {
  const session = await stack.openSession(stack.accounts.support)
  const answer = await session.request.post('/api/domains/north/invitations', {
    data: invitation,
    headers: { origin: stack.consoleUrl },
  })
  const { link } = (await answer.json()) as { link: string }
  await session.close()
  return link
}

/** Makes an account that is a member of the domain `north`. */
export async function createMember(
  stack: ConsoleStack,
  name: string,
  role: 'support' | 'auditor',
): Promise<Account> {
  const link = await createLink(stack, { role })
  const account = createAccount(name)
  const browser = await openBrowser(stack)
  const answer = await browser.request.post('/api/invitations/accept', {
    data: { secret: new URL(link).hash.slice(1), ...account },
    headers: { origin: stack.consoleUrl },
  })
  if (!answer.ok()) throw new Error(await answer.text())
  await browser.close()
  return account
}

/** What somebody new calls themselves. */
export function createAccount(name: string): Account {
  return {
    name,
    email: `${name.toLowerCase().replaceAll(' ', '.')}@example.test`,
    password: randomBytes(12).toString('hex'),
  }
}

/** Signs in on the page that asks for it. */
export async function signIn(page: Page, { email, password }: Account): Promise<void> {
  await page.getByRole('textbox', { name: 'E-mail address' }).fill(email)
  await page.getByRole('textbox', { name: 'Password' }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
}
