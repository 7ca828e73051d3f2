import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { createTotpCode } from '@commonchart/testing'
import type { Page } from 'playwright-core'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type Account, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { createMember, openBrowser, signIn } from '../people.ts'

describe('the account page', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  /** Turns the second step on as a person does; gives the app's key and the backup codes that were downloaded. */
  async function turnOn(page: Page, { password }: Account): Promise<{ key: string; codes: string[] }> {
    await page.getByRole('button', { name: 'Turn on' }).click()
    await page.getByRole('dialog').getByRole('textbox', { name: 'Password' }).fill(password)
    await page.getByRole('button', { name: 'Continue' }).click()
    await page.getByRole('img', { name: 'Code to scan' }).waitFor()
    await lookAt(page, 'account-second-step')
    const key = (await page.getByLabel('Key for the authenticator app').inputValue()).replaceAll(' ', '')
    const code = page.getByRole('textbox', { name: 'Code of the app' })
    await code.fill('000000')
    const turn = page.getByRole('dialog').getByRole('button', { name: 'Turn on' })
    await turn.click()
    await page.getByText('The code is wrong.').waitFor()
    await code.fill(createTotpCode(key))
    await turn.click()
    await page.getByText('These codes are shown this once').waitFor()
    await lookAt(page, 'account-backup-codes')
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download' }).click()
    const codes = readFileSync(await (await downloading).path(), 'utf8')
      .trim()
      .split('\n')
    assert.equal(codes.length, 10)
    await page.getByRole('button', { name: 'I have kept them' }).click()
    await page.getByRole('button', { name: 'Turn off' }).waitFor()
    return { key, codes }
  }

  test('a second step is turned on, asked for, done by app or backup code, and turned off', async () => {
    const account = await createMember(stack, 'Tess Twice', 'auditor')
    const browser = await stack.openSession(account)
    const page = await browser.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/account')
    const { key, codes } = await turnOn(page, account)

    await page.goto('/d/north/members')
    await page.getByRole('button', { name: 'Account of Tess Twice' }).click()
    await page.getByRole('menuitem', { name: 'Sign out' }).click()
    await signIn(page, account)
    await page.getByText('Your account has a second step.').waitFor()
    await lookAt(page, 'sign-in-second-step')
    await page.keyboard.type(createTotpCode(key))
    await page.keyboard.press('Enter')
    await page.waitForURL('**/d/north/overview')

    const elsewhere = await openBrowser(stack)
    const other = await elsewhere.newPage()
    await other.goto('/sign-in?next=/account')
    await signIn(other, account)
    await other.getByRole('button', { name: 'use a backup code' }).click()
    await other.getByRole('textbox', { name: 'Backup code' }).fill('wrong-codes')
    await other.getByRole('button', { name: 'Continue' }).click()
    await other.getByText('That is none of your backup codes').waitFor()
    await other.getByRole('textbox', { name: 'Backup code' }).fill(codes[0] ?? '')
    await other.getByRole('button', { name: 'Continue' }).click()
    await other.getByRole('button', { name: 'Turn off' }).click()
    await other.getByRole('dialog').getByRole('textbox', { name: 'Password' }).fill(account.password)
    await other.getByRole('dialog').getByRole('button', { name: 'Turn off' }).click()
    await other.getByRole('button', { name: 'Turn on' }).waitFor()
    assert.deepEqual(faults, [])
    await elsewhere.close()
    await browser.close()
  })

  test('a person changes name and password, and ends what is signed in elsewhere', async () => {
    const account = await createMember(stack, 'Ann Account', 'auditor')
    const browser = await stack.openSession(account)
    const elsewhere = await stack.openSession(account)
    const page = await browser.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/account')
    await page.getByText('This one').waitFor()
    await lookAt(page, 'account')
    await page.getByRole('textbox', { name: 'Your name' }).fill('Ann Renamed')
    await page.getByRole('button', { name: 'Save name' }).click()
    await page.getByText('Your name is changed.').waitFor()

    await page.getByRole('button', { name: /^End the session of/ }).click()
    await page.getByText('That session has ended.').waitFor()
    const other = await elsewhere.newPage()
    await other.goto('/d/north/members')
    await other.getByRole('heading', { name: 'Sign in' }).waitFor()

    await page.getByRole('textbox', { name: 'Current password' }).fill('not the password')
    await page.getByRole('textbox', { name: 'New password' }).fill('a better password')
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('The password is wrong.').waitFor()
    await page.getByRole('textbox', { name: 'Current password' }).fill(account.password)
    await page.getByRole('button', { name: 'Change password' }).click()
    await page.getByText('Your password is changed').waitFor()
    await signIn(other, { ...account, password: 'a better password' })
    await other.getByRole('button', { name: 'Account of Ann Renamed' }).waitFor()
    assert.deepEqual(faults, [])
    await elsewhere.close()
    await browser.close()
  })
})
