import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { createAccount, openBrowser, signIn } from '../people.ts'

describe('the pages of operators', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('a domain is made, gets its first support account, is enabled on a contract and taken out of service', async () => {
    const session = await stack.openSession(stack.accounts.operator)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleOperatorUrl)
    await page.goto('/')
    await page.getByRole('link', { name: 'north', exact: true }).waitFor()
    await lookAt(page, 'operator-domains')
    await page.getByRole('link', { name: 'New domain' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('east-clinic')
    await page.getByRole('combobox', { name: 'Host names' }).fill('east.example.test')
    await page.keyboard.press('Enter')
    await lookAt(page, 'operator-new-domain')
    await page.getByRole('button', { name: 'Make the domain' }).click()
    await page.getByRole('heading', { name: 'east-clinic' }).waitFor()
    await page.getByText('Nobody yet. Invite the first support account').waitFor()

    await page.getByRole('button', { name: 'Enable the API' }).click()
    await page.getByRole('textbox', { name: 'Contract' }).fill('C-2026-17')
    await page.getByRole('dialog').getByRole('button', { name: 'Enable the API' }).click()
    await page.getByText('The API is enabled on the contract C-2026-17').waitFor()

    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('radio', { name: 'Support' }).check()
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = await page.getByRole('textbox', { name: 'Link of the invitation' }).inputValue()
    await page.getByRole('button', { name: 'Done' }).click()
    const browser = await openBrowser(stack)
    const first = await browser.newPage()
    const account = createAccount('Eva East')
    await first.goto(link)
    await first.getByRole('textbox', { name: 'Name' }).fill(account.name)
    await first.getByRole('textbox', { name: 'E-mail address' }).fill(account.email)
    await first.getByRole('textbox', { name: 'Password' }).fill(account.password)
    await first.getByRole('button', { name: 'Create account and accept' }).click()
    await first.waitForURL('**/d/east-clinic/overview')
    await first.goto('/d/east-clinic/consumers')
    await first.getByRole('heading', { name: 'API consumers' }).waitFor()
    await browser.close()

    await page.reload()
    await page.getByText(account.email).waitFor()
    await page.getByText('Olga Operator (Operator) invited').waitFor()
    await lookAt(page, 'operator-domain')
    await page.getByRole('combobox', { name: 'Host names' }).fill('east-2.example.test')
    await page.keyboard.press('Enter')
    await page.getByRole('button', { name: 'Save changes' }).click()
    await page.getByText('The changes are saved.').waitFor()

    await page.getByRole('button', { name: 'Take out of service' }).click()
    await page.getByText('Within a second every gateway refuses all requests of east-clinic').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Take out of service' }).click()
    await page.getByText('The domain is out of service').waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('operators invite operators; whoever is none is told so, and nothing else', async () => {
    const session = await stack.openSession(stack.accounts.operator)
    const page = await session.newPage()
    await page.goto('/operators')
    await page.getByText('Olga Operator (you)').waitFor()
    await lookAt(page, 'operator-operators')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = await page.getByRole('textbox', { name: 'Link of the invitation' }).inputValue()
    assert.ok(link.startsWith(`${stack.consoleOperatorUrl}/invitation#`))
    await session.close()

    const browser = await openBrowser(stack, { baseURL: stack.consoleOperatorUrl })
    const other = await browser.newPage()
    await other.goto('/domains')
    await signIn(other, stack.accounts.support)
    await other.getByRole('heading', { name: 'Only operators come in here' }).waitFor()
    await lookAt(other, 'operator-refused')
    const asked = await other.request.post('/api/operator', {
      data: { query: '{ domains { nodes { name } } }' },
      headers: { origin: stack.consoleOperatorUrl },
    })
    assert.equal(asked.status(), 403)
    await browser.close()
  })
})
