import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { createAccount, createLink, createMember, openBrowser } from '../people.ts'

describe('the people of a domain', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('somebody is invited, makes an account by the link, is given a role and removed; all of it is shown', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const account = createAccount('Nina New')
    await page.goto('/d/north/members')
    await page.getByRole('button', { name: 'Invite', exact: true }).click()
    await page.getByRole('radio', { name: 'Auditor' }).check()
    await page.getByRole('textbox', { name: 'E-mail address' }).fill(account.email)
    await lookAt(page, 'members-invite')
    await page.getByRole('button', { name: 'Make the link' }).click()
    const link = await page.getByRole('textbox', { name: 'Link of the invitation' }).inputValue()
    await page.getByRole('button', { name: 'Done' }).click()
    await page.getByRole('button', { name: `Take back the invitation: ${account.email}` }).waitFor()

    const browser = await openBrowser(stack)
    const invited = await browser.newPage()
    const { faults: theirs } = watchPage(invited, stack.consoleUrl)
    await invited.goto(link)
    await invited.getByText('To see everything of the Enterprise API of north').waitFor()
    assert.equal(invited.url(), `${stack.consoleUrl}/invitation`, 'the secret is gone from the address bar')
    await lookAt(invited, 'invitation')
    assert.equal(await invited.getByRole('textbox', { name: 'E-mail address' }).inputValue(), account.email)
    await invited.getByRole('textbox', { name: 'Name' }).fill(account.name)
    await invited.getByRole('textbox', { name: 'Password' }).fill('too short')
    await invited.getByRole('button', { name: 'Create account and accept' }).click()
    await invited.getByText('A password has 12 to 200 characters.').waitFor()
    await invited.getByRole('textbox', { name: 'Password' }).fill(account.password)
    await invited.getByRole('button', { name: 'Create account and accept' }).click()
    await invited.waitForURL('**/d/north/overview')
    await invited.goto(link)
    await invited.getByRole('heading', { name: 'This invitation is no longer good' }).waitFor()

    await page.reload()
    const menu = page.getByRole('button', { name: 'What to do about Nina New' })
    await menu.click()
    await page.getByRole('menuitem', { name: 'Make support' }).click()
    await page.getByText('Nina New can then manage API consumers').waitFor()
    await lookAt(page, 'members-change')
    await page.getByRole('dialog').getByRole('button', { name: 'Make support' }).click()
    await page.getByText('Nina New is support now.').waitFor()
    await invited.goto('/d/north/members')
    await invited.getByRole('button', { name: 'Invite', exact: true }).waitFor()

    await menu.click()
    await page.getByRole('menuitem', { name: 'Remove' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click()
    await page.getByText('Nina New is removed.').waitFor()
    await page.getByText('Sue Support removed Nina New (Support)').waitFor()
    await page.getByText('Sue Support changed the role of Nina New from Auditor to Support').waitFor()
    await page.getByText('Nina New accepted an invitation (Auditor)').waitFor()
    await page.getByText(`Sue Support invited ${account.email} (Auditor)`).waitFor()
    await lookAt(page, 'members')
    await invited.goto('/d/north/members')
    await invited.getByText('You are no member of this domain').waitFor()
    assert.deepEqual([faults, theirs], [[], []])
    await browser.close()
    await session.close()
  })

  test('an invitation is taken back; whoever has an account accepts with one button', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    await createLink(stack, { role: 'auditor', email: 'taken.back@example.test' })
    await page.goto('/d/north/members')
    await page.getByRole('button', { name: 'Take back the invitation: taken.back@example.test' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Take back' }).click()
    await page.getByText('The invitation is taken back.').waitFor()
    await session.close()

    const link = await createLink(stack, { role: 'auditor', email: stack.accounts.southSupport.email })
    const browser = await openBrowser(stack)
    const other = await browser.newPage()
    await other.goto(link)
    await other.getByText('I have an account').click()
    await other.getByRole('textbox', { name: 'Password' }).fill(stack.accounts.southSupport.password)
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByText(`You are signed in as ${stack.accounts.southSupport.name}`).waitFor()
    await other.getByRole('button', { name: 'Accept the invitation' }).click()
    await other.waitForURL('**/d/north/overview')
    await browser.close()
    // North is none of theirs for the tests that come after.
    const { support, southSupport } = stack.accounts
    const again = await stack.openSession(support)
    const { members } = (await (await again.request.get('/api/domains/north/members')).json()) as {
      members: { id: string; email: string }[]
    }
    const id = members.find(({ email }) => email === southSupport.email)?.id
    await again.request.delete(`/api/domains/north/members/${id}`, { headers: { origin: stack.consoleUrl } })
    await again.close()
  })

  test('an auditor sees the people and can change nothing; a name that is markup is shown as text', async () => {
    const auditor = await createMember(stack, 'Art Auditor', 'auditor')
    const session = await stack.openSession(auditor)
    const name = '<img src=x onerror=alert(1)><b>Art</b>'
    await session.request.patch('/api/me', { data: { name }, headers: { origin: stack.consoleUrl } })
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/members')
    await page.getByText('As an auditor you see who has access, and change nothing.').waitFor()
    await page.getByText(`${name} (you)`, { exact: true }).waitFor()
    assert.equal(await page.locator('main img').count(), 0)
    assert.deepEqual(faults, [])
    assert.equal(await page.getByRole('button', { name: /Invite|What to do about|Take back/ }).count(), 0)
    await session.close()
  })
})
