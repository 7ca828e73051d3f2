import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

describe('signing in', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('whoever is not signed in is sent to sign in, and back to the page they wanted', async () => {
    const page = await stack.browser.newPage({ baseURL: stack.consoleUrl, locale: 'en-CA' })
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/consumers')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await lookAt(page, 'sign-in')
    const { email, password } = stack.accounts.support
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(email)
    await page.getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('link', { name: 'portal of north' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/d/north/consumers')
    assert.deepEqual(faults, [])
    await page.close()
  })
})
