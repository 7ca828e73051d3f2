import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { buildSchema } from 'graphql'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { openBrowser } from '../people.ts'

describe('the API reference', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('is found by typing, leads to the very field, and is clean in both languages', async () => {
    const browser = await openBrowser(stack)
    const page = await browser.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/reference')
    assert.equal(new URL(page.url()).pathname, '/reference/')
    await lookAt(page, 'reference', { fullPage: false })
    await page.keyboard.press('/')
    await page.keyboard.type('dateOfBirth')
    const first = page.getByRole('option').first()
    await first.waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('Enter')
    await page.waitForURL(/#.*dateOfBirth/i)
    for (const [path, picture] of [
      ['/reference/queries/patients.html', 'reference-query'],
      ['/reference/types/Patient.html', 'reference-type'],
      ['/whats-new/', 'whats-new'],
      ['/fr/reference/mutations/createAppointment.html', 'reference-french'],
    ] as const) {
      await page.goto(path)
      await lookAt(page, picture, { fullPage: false })
    }
    assert.equal(await page.getAttribute('html', 'lang'), 'fr')
    assert.deepEqual(faults, [])
    await browser.close()
  })

  test('is read without JavaScript, and downloaded whole', async () => {
    const browser = await openBrowser(stack, { javaScriptEnabled: false })
    const page = await browser.newPage()
    await page.goto('/reference/queries/availabilities.html')
    await page.getByRole('heading', { level: 1, name: 'availabilities' }).waitFor()
    await page.getByRole('heading', { name: 'Example' }).waitFor()
    const schema = buildSchema(await (await browser.request.get('/reference/schema.graphql')).text())
    assert.ok(schema.getQueryType()?.getFields().availabilities)
    const introspection = await (await browser.request.get('/reference/introspection.json')).json()
    assert.ok(JSON.stringify(introspection).includes('"availabilities"'))
    const feed = await (await browser.request.get('/whats-new.rss')).text()
    assert.match(feed, new RegExp(`<link>${stack.consoleUrl}/whats-new/`))
    await browser.close()
  })
})
