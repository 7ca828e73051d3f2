import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { assertAccessible, lookAt, watchPage } from '../pages.ts'

describe('the access log', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
    const { north } = stack
    for (let asked = 0; asked < 60; asked += 20)
      await Promise.all(Array.from({ length: 20 }, () => north.ask('query Often { __typename }')))
    await north.ask('query Wrong { nothing }')
    await north.ask(
      'mutation Add($input: CreatePatientInput!) { createPatient(input: $input) { patient { id } } }',
      {
        input: {
          ...{ firstName: 'Ada', lastName: 'Looked', dateOfBirth: '1980-02-29', gender: 'OTHER' },
          identifications: [],
        },
      },
    )
    await stack.ask(`${stack.url}/graphql`, { query: '{ __typename }', host: north.host, token: 'a.b.c' })
  })
  after(() => stack.stop())

  test('an auditor finds a request by filters that stay in the address, and opens it whole', async () => {
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const asked: string[] = []
    page.on('request', (request) => asked.push(request.postData() ?? ''))
    await page.goto('/d/north/access-log')
    const rows = page.getByRole('table').getByRole('row')
    await rows.nth(1).waitFor()
    assert.equal(await rows.count(), 51)
    await lookAt(page, 'access-log', { fullPage: false })

    await page.getByRole('link', { name: 'Older' }).click()
    await page.waitForURL(/after=/)
    await page.getByRole('link', { name: 'Newer' }).click()
    await page.waitForURL(/before=/)

    await page.getByRole('combobox', { name: 'Outcome' }).click()
    await page.getByRole('option', { name: 'Failed', exact: true }).click()
    await page.waitForURL((url) => url.searchParams.get('outcome') === 'FAILED')
    assert.equal(new URL(page.url()).searchParams.get('before'), null)
    await page.getByRole('textbox', { name: 'Operation name' }).fill('Wrong')
    await page.keyboard.press('Enter')
    await page.waitForURL(/operationName=Wrong/)
    await page.getByRole('combobox', { name: 'API consumer' }).click()
    await page.getByRole('option', { name: 'portal of north' }).click()
    await page.waitForURL(new RegExp(`consumerId=${stack.north.consumerId}(&|$)`))
    await page.reload()
    await page.getByRole('link', { name: 'Wrong' }).waitFor()
    assert.equal(await rows.count(), 2)
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Export as NDJSON' }).click(),
    ])
    const lines = (await readDownload(download)).trim().split('\n')
    assert.deepEqual(
      lines.map((line) => (JSON.parse(line) as { operationName: string }).operationName),
      ['Wrong'],
    )
    assert.ok(!asked.some((body) => /AccessLog.*(totalCount|response\b)/s.test(body)))

    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByRole('link', { name: 'Add', exact: true }).click()
    await page.getByRole('heading', { name: '1 record was changed' }).waitFor()
    await page.getByRole('region', { name: 'Variables' }).getByText('"Looked"').waitFor()
    await page.locator('.hljs-attr').first().waitFor()
    await lookAt(page, 'access-record')
    await session.grantPermissions(['clipboard-read', 'clipboard-write'])
    await page.getByRole('button', { name: 'Copy as curl' }).click()
    const curl: string = await page.evaluate('navigator.clipboard.readText()')
    assert.match(curl, /^curl --request POST "\$API_URL\/graphql"/)
    assert.match(curl, /authorization: Bearer \$API_TOKEN/)
    await page.getByRole('link', { name: /^Patient \d/ }).click()
    await page.getByRole('heading', { name: 'Disclosures' }).waitFor()

    await page.goto('/d/north/access-log?operationName=NobodyAsked')
    await page.getByText('Nothing fits these filters.').waitFor()
    await assertAccessible(page)
    await page.goto('/d/north/access-log/01890000-0000-7000-8000-000000000001')
    await page.getByText('There is no such request').waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })
})

async function readDownload(download: {
  createReadStream(): Promise<NodeJS.ReadableStream>
}): Promise<string> {
  let text = ''
  for await (const chunk of await download.createReadStream()) text += String(chunk)
  return text
}
