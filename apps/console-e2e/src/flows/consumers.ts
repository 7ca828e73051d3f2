import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { after, before, describe, test } from 'node:test'
import { until } from '@commonchart/gateway-e2e/until'
import { createConsumerKey, signToken } from '@commonchart/testing'
import type { Page } from 'playwright-core'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

describe('API consumers', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  const statusOf = async (issuer: string, privatePem: string): Promise<number> => {
    const token = signToken({ privateKey: createPrivateKey(privatePem), issuer })
    const { north, url } = stack
    return (await stack.ask(`${url}/graphql`, { query: '{ __typename }', host: north.host, token })).status
  }

  /** Makes a pair in the page and gives the private key that it offers as a file, and the file's name. */
  async function makePair(page: Page): Promise<{ pem: string; fileName: string }> {
    await page.getByRole('button', { name: 'Make a key pair' }).click()
    const saved = page.getByRole('button', { name: 'I have saved it' })
    await saved.waitFor()
    assert.ok(await saved.isDisabled(), 'a key that was not saved is not gone on with')
    const downloading = page.waitForEvent('download')
    await page.getByRole('button', { name: 'Download the private key' }).click()
    const file = await downloading
    await saved.click()
    await page.getByText('The key pair is ready').waitFor()
    return { pem: readFileSync(await file.path(), 'utf8'), fileName: file.suggestedFilename() }
  }

  test('a consumer is registered with a key made in the page, stopped, let in again, and its key is changed', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))

    await page.goto('/d/north/consumers')
    await page.getByRole('link', { name: 'New consumer' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Booking kiosk')
    const key = await makePair(page)
    assert.equal(key.fileName, 'booking-kiosk.pem')
    // The issuer of another is refused, and that is said at its field.
    await page.getByRole('textbox', { name: 'Issuer' }).fill(stack.north.issuer)
    await page.getByRole('switch', { name: 'Only some areas' }).click()
    await page.getByRole('checkbox', { name: 'Patients: Read' }).check()
    await page.getByRole('textbox', { name: 'Networks' }).fill('127.0.0.0/8\n::/0')
    await page.getByRole('button', { name: 'Register the consumer' }).click()
    await page.getByText('Another consumer of the domain has this issuer.').waitFor()
    await lookAt(page, 'new-consumer')
    await page.getByRole('textbox', { name: 'Issuer' }).fill('')
    await page.getByRole('button', { name: 'Register the consumer' }).click()
    await page.getByRole('heading', { name: 'Booking kiosk' }).waitFor()
    await until(async () => (await statusOf('Booking kiosk', key.pem)) === 200, 'the new key is let in')

    await page.getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText('Tokens of Booking kiosk are refused at every gateway within a second.').waitFor()
    await page.getByRole('dialog').getByRole('button', { name: 'Deactivate' }).click()
    await page.getByText('Inactive', { exact: true }).waitFor()
    await until(async () => (await statusOf('Booking kiosk', key.pem)) === 401, 'the gateway refuses')
    await page.getByRole('button', { name: 'Activate' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'Activate' }).click()
    await page.getByText('Active', { exact: true }).waitFor()
    await until(async () => (await statusOf('Booking kiosk', key.pem)) === 200, 'the gateway lets in')

    await page.getByRole('tab', { name: 'Keys' }).click()
    await page.getByRole('button', { name: 'Add a key' }).first().click()
    const next = await makePair(page)
    await page.getByRole('dialog').getByRole('button', { name: 'Add a key' }).click()
    await page.getByRole('heading', { name: '2 keys' }).waitFor()
    await until(async () => (await statusOf('Booking kiosk', next.pem)) === 200, 'both keys are let in')
    assert.equal(await statusOf('Booking kiosk', key.pem), 200)
    // What the pointer rests on would show its tooltip.
    await page.mouse.move(0, 0)
    await lookAt(page, 'consumer-keys')
    await page
      .getByRole('button', { name: /What can be done with key/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Retire' }).click()
    await page.getByText('something still uses it').waitFor()
    await page.getByRole('button', { name: 'Retire the key' }).click()
    await page.getByText('Retired', { exact: true }).first().waitFor()
    await until(async () => (await statusOf('Booking kiosk', key.pem)) === 401, 'the old key is refused')
    assert.equal(await statusOf('Booking kiosk', next.pem), 200)

    assert.ok(!sent.some((body) => body.includes('PRIVATE')), 'a private key left the browser')
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('a private key that is pasted is wiped, said loudly, and never sent', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    await page.goto('/d/north/consumers/new')
    await page.getByText('Paste a public key').click()
    const field = page.getByRole('textbox', { name: 'Public key (PEM)' })
    const pair = createConsumerKey()
    await field.fill(pair.privatePem)
    await page.getByRole('alert').getByText('That is a private key').waitFor()
    assert.equal(await field.inputValue(), '')
    const short = generateKeyPairSync('rsa', { modulusLength: 1024 }).publicKey
    await field.fill(short.export({ type: 'spki', format: 'pem' }).toString())
    await page.getByText('This key has 1024 bits. It needs 2048 or more.').waitFor()
    await field.fill(pair.publicPem)
    await page.getByText(`An RSA key of 2048 bits, thumbprint ${pair.thumbprint.slice(0, 12)}`).waitFor()
    await page.getByRole('textbox', { name: 'Name' }).fill('Pasted')
    await page.getByRole('button', { name: 'Register the consumer' }).click()
    await page.getByRole('heading', { name: 'Pasted' }).waitFor()
    assert.ok(!sent.some((body) => body.includes('PRIVATE')), 'a private key left the browser')
    await session.close()
  })

  test('a list is searched as one types; a change of what somebody else changed is refused; a copy is made and changed', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/consumers')
    await page.getByRole('link', { name: 'portal of north' }).waitFor()
    await lookAt(page, 'consumers')
    await page.getByRole('searchbox', { name: 'Name or issuer' }).fill('PORTAL-north')
    await page.getByText('1 consumer', { exact: true }).waitFor()
    assert.equal(new URL(page.url()).searchParams.get('q'), 'PORTAL-north')
    await page.getByText('Inactive', { exact: true }).click()
    await page.getByText('No consumer fits').waitFor()
    await page.getByText('All', { exact: true }).click()
    await page.getByRole('link', { name: 'portal of north' }).click()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('textbox', { name: 'Audience' }).fill('somebody')
    const { north } = stack
    const renamed = await north.askSettings(
      'mutation ($input: UpdateConsumerInput!) { updateConsumer(input: $input) { consumer { id } } }',
      { input: { id: north.consumerId, requestsPerMinute: 1_000_000 } },
    )
    assert.ok(renamed.body.data?.updateConsumer, renamed.text)
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('Somebody else changed this consumer meanwhile').waitFor()
    await page.getByRole('button', { name: 'Reload and close this form' }).click()
    await page.getByText(/^1.000.000$/).waitFor()
    await lookAt(page, 'consumer')
    await page.getByRole('link', { name: 'Copy', exact: true }).click()
    await page.getByRole('heading', { name: 'Copy of portal of north' }).waitFor()
    await page.getByText('Paste a public key').click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Second portal')
    await page.getByRole('textbox', { name: 'Public key (PEM)' }).fill(createConsumerKey().publicPem)
    await page.getByRole('button', { name: 'Register the consumer' }).click()
    await page.getByRole('heading', { name: 'Second portal' }).waitFor()
    await page.getByRole('tab', { name: 'Facts' }).click()
    await page.getByText(/^1.000.000$/).waitFor()
    await page.getByRole('button', { name: 'Edit' }).click()
    await page.getByRole('switch', { name: 'Only some areas' }).click()
    await page.getByRole('checkbox', { name: 'Appointments: Change' }).check()
    await page.getByRole('textbox', { name: 'Networks' }).fill('10.0.0.0/40')
    await page.getByRole('textbox', { name: 'Requests per minute' }).fill('')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByText('This is no IP address or network (CIDR).').waitFor()
    await page.getByRole('textbox', { name: 'Networks' }).fill('10.0.0.0/24')
    await page.getByRole('button', { name: 'Save' }).click()
    for (const fact of ['Appointments: Change', '10.0.0.0/24', 'As every consumer'])
      await page.getByText(fact, { exact: true }).waitFor()
    await page.getByRole('tab', { name: 'Keys' }).click()
    await page.getByRole('button', { name: /What can be done with key/ }).click()
    await page.getByRole('menuitem', { name: 'Change key ID and times' }).click()
    await page.getByRole('textbox', { name: 'Key ID (kid)' }).fill('second')
    await page.getByLabel('Retires').fill('2099-01-01T00:00')
    await page.getByRole('button', { name: 'Save' }).click()
    await page.getByRole('heading', { name: 'Key “second”' }).waitFor()
    await page.getByText('Accepted for now').waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('an auditor sees consumers and keys, and nothing that would change them', async () => {
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto(`/d/north/consumers/${stack.north.consumerId}?tab=keys`)
    await page.getByRole('heading', { name: /\d keys?/ }).waitFor()
    const none = ['Deactivate', 'Add a key', 'What can be done with key', 'Edit', 'Copy PEM of']
    for (const name of none) assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    await page.goto('/d/north/consumers/new')
    await page.getByText('You are an auditor here').waitFor()
    // Nor when the page is not asked.
    const tried = await session.request.post('/api/domains/north/settings', {
      headers: { origin: stack.consoleUrl },
      data: {
        query:
          'mutation ($input: DeactivateConsumerInput!) { deactivateConsumer(input: $input) { consumer { id } } }',
        variables: { input: { id: stack.north.consumerId } },
      },
    })
    const { data, errors } = (await tried.json()) as {
      data?: { deactivateConsumer: null } | null
      errors?: unknown[]
    }
    assert.ok(!data?.deactivateConsumer && errors, 'an auditor changed a consumer')
    assert.equal((await stack.north.ask('{ __typename }')).status, 200)
    assert.deepEqual(faults, [])
    await session.close()
  })
})
