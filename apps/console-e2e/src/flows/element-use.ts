import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createConsumer } from '@commonchart/gateway-e2e/consumers'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { createMember, openBrowser } from '../people.ts'

/** What it does to a page that took it for anything but text. */
const name = 'Lab <img src=x onerror=alert(1)> \u202eetrop'

describe('What’s new for the people of a domain', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  let consumerId: string
  before(async () => {
    stack = await openConsoleStack()
    const consumer = await createConsumer(stack, stack.north, { name, issuer: 'lab-portal' })
    consumerId = consumer.id
    for (let time = 0; time < 3; time += 1) {
      const { body, text } = await consumer.ask('{ respondents(first: 1) { totalCount } }')
      assert.ok(body.data, text)
    }
  })
  after(() => stack.stop())

  test('it says who used what was deprecated, how often and when last, or that nobody did', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/whats-new/')
    await page.getByText('which programs of north used it in the last 90 days').waitFor()
    const used = page.locator('[data-element="Query.respondents"] .use li')
    const today = new Intl.DateTimeFormat('en-CA', { dateStyle: 'long' }).format(new Date())
    assert.deepEqual(await used.allTextContents(), [
      `Lab <img src=x onerror=alert(1)> \\u202eetrop: 3 requests, last on ${today}`,
    ])
    assert.equal(await used.getByRole('link').getAttribute('href'), `/d/north/consumers/${consumerId}`)
    assert.deepEqual(await page.locator('[data-element="Offtime.untilAt"] .use li').allTextContents(), [
      'No program used it.',
    ])
    await used.scrollIntoViewIfNeeded()
    await lookAt(page, 'whats-new-use')
    assert.deepEqual(faults, [])

    await page.goto('/fr/whats-new/')
    await page.getByText('les programmes de north qui l’ont utilisé').waitFor()
    assert.match((await used.allTextContents()).join(), /: 3 requêtes, la dernière le /)
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('whoever belongs to several domains is told of each by its name, and of what cannot be read', async () => {
    const south = await stack.openSession(stack.accounts.southSupport)
    const invited = await south.request.post('/api/domains/south/invitations', {
      data: { role: 'auditor' },
      headers: { origin: stack.consoleUrl },
    })
    const { link } = (await invited.json()) as { link: string }
    await south.close()
    const session = await stack.openSession(await createMember(stack, 'Two Places', 'auditor'))
    const accepted = await session.request.post('/api/invitations/accept', {
      data: { secret: new URL(link).hash.slice(1) },
      headers: { origin: stack.consoleUrl },
    })
    assert.ok(accepted.ok(), await accepted.text())
    const page = await session.newPage()
    await page.goto('/whats-new/')
    await page.getByText('which programs of south used it in the last 90 days').waitFor()
    const place = page.locator('[data-element="Query.respondents"]')
    assert.deepEqual((await place.locator('.use-domain').allTextContents()).sort(), ['north', 'south'])
    assert.equal(await place.getByText('3 requests').count(), 1)
    await page.route('**/api/domains/north/settings', (route) => route.fulfill({ status: 503, body: '{}' }))
    await page.reload()
    await page.getByText('Which programs used it could not be read.').waitFor()
    assert.equal(await page.locator('.use').count(), 0)
    await session.close()
  })

  test('another domain is told nothing of it, and whoever is not signed in nothing at all', async () => {
    const session = await stack.openSession(stack.accounts.southSupport)
    const other = await session.newPage()
    await other.goto('/whats-new/')
    await other.getByText('which programs of south used it').waitFor()
    assert.equal(await other.getByText('etrop').count(), 0)
    await session.close()
    const browser = await openBrowser(stack)
    const stranger = await browser.newPage()
    const { faults } = watchPage(stranger, stack.consoleUrl)
    const answered = stranger.waitForResponse((response) => response.url().endsWith('/api/me'))
    await stranger.goto('/whats-new/')
    await (await answered).finished()
    assert.equal(await stranger.locator('.use').count(), 0)
    assert.equal(await stranger.locator('#element-use').isVisible(), false)
    assert.deepEqual(faults, [])
    await browser.close()
  })
})
