import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

describe('the Explorer', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('a query of the reference runs with a key that stays in the browser, and the lax policy stays there', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const sent: string[] = []
    page.on('request', (request) => sent.push(`${request.url()} ${request.postData() ?? ''}`))
    await page.goto(`/explorer?query=${encodeURIComponent('query FromTheReference { __typename }')}`)
    await page.waitForURL(/\/d\/north\/explorer/)
    await page.getByText('Real data').waitFor()
    await page.getByText('FromTheReference').first().waitFor()
    const key = { name: 'key.pem', mimeType: 'application/x-pem-file' }
    // As older tools write it.
    const privatePem = stack.north.key.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
    // Other consumers may come before it in the list.
    await page.getByRole('combobox', { name: 'API consumer' }).click()
    await page.getByRole('option', { name: /^portal of north/ }).click()
    await page.setInputFiles('input[type=file]', { ...key, buffer: Buffer.from(stack.south.key.privatePem) })
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText('The API refused the token').waitFor()
    await page.setInputFiles('input[type=file]', { ...key, buffer: Buffer.from(privatePem) })
    await page.getByRole('button', { name: 'Connect' }).click()
    await page.getByText('You ask as portal of north').waitFor()
    await page.getByRole('button', { name: /^Execute query/ }).click()
    await page.locator('.graphiql-response').getByText('"Query"').waitFor()
    await lookAt(page, 'explorer', { except: ['.graphiql-container'] })
    assert.ok(!sent.some((request) => request.includes(privatePem.split('\n')[2] ?? 'no line')))

    // Leaving loads the next page anew, and so does coming back: the policy is that of the page.
    await page.evaluate('globalThis.stayed = true')
    await page.getByRole('link', { name: 'Access log' }).click()
    await page.getByRole('heading', { name: 'Access log' }).waitFor()
    assert.equal(await page.evaluate('globalThis.stayed'), undefined)
    await page.getByRole('link', { name: 'FromTheReference' }).waitFor()
    await page.evaluate('globalThis.stayed = true')
    const [loaded] = await Promise.all([
      page.waitForResponse((response) => response.url().endsWith('/d/north/explorer')),
      page.getByRole('link', { name: 'Explorer' }).click(),
    ])
    assert.match(loaded.headers()['content-security-policy'] ?? '', /worker-src 'self' blob:/)
    await page.getByRole('heading', { name: 'As which program?' }).waitFor()
    assert.equal(await page.evaluate('globalThis.stayed'), undefined)
    assert.deepEqual(faults, [])
    await session.close()
  })
})
