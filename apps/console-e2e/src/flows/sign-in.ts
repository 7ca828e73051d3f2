import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { createMember, openBrowser, signIn } from '../people.ts'

describe('signing in', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('whoever is not signed in is sent to sign in, and back to the page they wanted', async () => {
    const browser = await openBrowser(stack)
    const page = await browser.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/consumers')
    await page.getByRole('heading', { name: 'Sign in' }).waitFor()
    await lookAt(page, 'sign-in')
    await signIn(page, stack.accounts.support)
    await page.getByRole('link', { name: 'portal of north' }).waitFor()
    assert.equal(new URL(page.url()).pathname, '/d/north/consumers')
    await page.goto('/sign-in?next=/d/north/members')
    await page.waitForURL('**/d/north/members')
    assert.deepEqual(faults, [])
    await browser.close()
  })

  test('no address can lead whoever signs in to another site', async () => {
    const account = await createMember(stack, 'Ned Next', 'auditor')
    for (const next of ['//evil.example', '/a/..//evil.example']) {
      const browser = await openBrowser(stack)
      const page = await browser.newPage()
      const { faults } = watchPage(page, stack.consoleUrl)
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
      await signIn(page, account)
      await page.waitForURL(`${stack.consoleUrl}/d/north/overview`)
      await page.goto(`/sign-in?next=${encodeURIComponent(next)}`)
      await page.waitForURL(`${stack.consoleUrl}/d/north/overview`)
      assert.deepEqual(faults, [], next)
      await browser.close()
    }
  })

  test('a wrong password and too many of them are told apart, in the reader’s language', async () => {
    const browser = await openBrowser(stack, { locale: 'fr-CA' })
    const page = await browser.newPage()
    await page.goto('/sign-in')
    await page.getByRole('textbox', { name: 'Adresse courriel' }).fill(stack.accounts.support.email)
    const attempt = async (): Promise<void> => {
      await page.getByRole('textbox', { name: 'Mot de passe' }).fill('un mauvais mot de passe')
      const answered = page.waitForResponse('**/api/auth/sign-in/email')
      await page.getByRole('button', { name: 'Se connecter' }).click()
      await answered
    }
    await attempt()
    await page.getByText('L’adresse courriel ou le mot de passe est erroné.').waitFor()
    for (let each = 2; each <= 6; each++) await attempt()
    await page.getByText(/Trop de tentatives\. Réessayez dans \d+ secondes\./).waitFor()
    await browser.close()
  })
})
