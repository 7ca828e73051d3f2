import assert from 'node:assert/strict'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { createPatient } from '@commonchart/gateway-e2e/records'
import { until } from '@commonchart/gateway-e2e/until'
import { startTestReceiver, type TestReceiver } from '@commonchart/tools/receiver'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

describe('event subscriptions', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  let receiver: TestReceiver
  before(async () => {
    stack = await openConsoleStack()
    receiver = await startTestReceiver(mkdtempSync(join(tmpdir(), 'commonchart-events-')))
  })
  after(async () => {
    await receiver?.stop()
    receiver?.remove()
    await stack.stop()
  })

  test('a program is subscribed, tried, told of a change, paused, resumed, and its secret is changed without a gap', async () => {
    const { north } = stack
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const button = (name: string) => page.getByRole('button', { name, exact: true })
    const confirm = (name: string) => page.getByRole('dialog').getByRole('button', { name }).click()
    const readSecret = () => page.getByRole('textbox', { name: 'The secret' }).inputValue()

    await page.goto(`/d/north/consumers/${north.consumerId}`)
    await page.getByRole('tab', { name: 'Events' }).click()
    await page.getByText('This program is not told of changes yet').waitFor()
    await page.getByRole('link', { name: 'New subscription' }).click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Portal')
    const address = page.getByRole('textbox', { name: 'Address (URL)' })
    await address.fill('https://169.254.169.254/latest')
    for (const topic of ['An appointment changes', 'Two charts become one'])
      await page.getByRole('checkbox', { name: topic }).uncheck()
    await button('Subscribe').click()
    await page.locator('.mantine-TextInput-error').waitFor()
    await lookAt(page, 'new-subscription')
    await address.fill(receiver.url)
    await button('Subscribe').click()
    await page.getByText('It is shown this once and cannot be looked up again.').waitFor()
    const secret = await readSecret()
    receiver.writeSecrets(secret)
    await lookAt(page, 'subscription-secret')
    await page.getByRole('link', { name: 'I have kept it: go on' }).click()

    await page.getByText('Nothing was delivered yet.').waitFor()
    assert.ok(!(await page.content()).includes(secret), 'the secret is shown once')
    await button('Send a test event').click()
    await page.getByText('The receiver acknowledged the test event').waitFor()
    await page.getByRole('link', { name: 'Test event' }).waitFor()
    assert.equal(receiver.readStored()[0]?.event.topic, 'subscription.test')

    const { id } = await createPatient(north, { lastName: 'Told' })
    const row = page.getByRole('row').filter({ hasText: `A patient is added` })
    await row.getByText('Delivered', { exact: true }).waitFor()
    await lookAt(page, 'subscription')
    await row.getByRole('link', { name: 'A patient is added' }).click()
    const dialog = page.getByRole('dialog')
    const payload = dialog.getByRole('region', { name: 'What is posted' })
    const told = receiver.readStored().find(({ event }) => event.patientId === id)?.event
    assert.deepEqual(JSON.parse(await payload.innerText()), told)
    assert.ok(!JSON.stringify(told).includes('Told'), 'nothing of the person is sent')
    await payload.locator('.hljs-attr').first().waitFor()
    await lookAt(page, 'delivery', { fullPage: false })
    await dialog.getByRole('button', { name: 'Send it again' }).click()
    await page.getByText('1 event is sent again.').waitFor()
    await until(
      async () =>
        receiver.readLines().some((line) => line.result === 'KNOWN' && line.eventId === told?.eventId),
      'the receiver recognises what it has',
    )
    await dialog.getByRole('button', { name: 'Close' }).click()

    await button('Pause').click()
    await page.getByText('What happens meanwhile is kept and delivered then, in order.').waitFor()
    await confirm('Pause')
    await page.getByText('Somebody paused it').waitFor()
    const { id: later } = await createPatient(north)
    await page.getByText('1 event waits.').waitFor()
    await button('Resume').click()
    await page.getByText('1 event that waits is delivered at once').waitFor()
    await confirm('Resume')
    await until(
      async () => receiver.readStored().some(({ event }) => event.patientId === later),
      'what waited is delivered',
    )

    await page.getByRole('tab', { name: 'Facts and secrets' }).click()
    await button('Add a second secret').click()
    await page.getByRole('dialog').getByText('Keep the secret now').waitFor()
    const next = await readSecret()
    assert.notEqual(next, secret)
    await page.getByRole('button', { name: 'I have kept it' }).click()
    await page.getByText('Deliveries are signed with both.').waitFor()
    // Either is enough for the receiver: it may change whenever it likes.
    receiver.writeSecrets(next)
    await button('Send a test event').click()
    await page.getByText('The receiver acknowledged the test event').waitFor()
    await lookAt(page, 'subscription-secrets')
    await button(`Remove the secret that ends with ${secret.slice(-4)}`).click()
    await confirm('Remove the secret')
    await page.getByText('To change it without a gap').waitFor()
    receiver.writeSecrets(secret)
    await button('Send a test event').click()
    await page.getByText('The receiver did not acknowledge the test event').waitFor()
    await page.getByText('Answered 401').waitFor()
    receiver.writeSecrets(next)

    await button('Edit').click()
    await page.getByRole('textbox', { name: 'Name' }).fill('Portal of patients')
    await page.getByRole('checkbox', { name: 'An appointment is booked' }).uncheck()
    await button('Save').click()
    await page.getByRole('heading', { name: 'Portal of patients' }).waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('deliveries are found by filters that stay in the address, and all since a number are sent again', async () => {
    const { north } = stack
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto(`/d/north/consumers/${north.consumerId}?tab=events`)
    await page.getByText('1 subscription', { exact: true }).waitFor()
    await lookAt(page, 'consumer-events')
    await page.getByRole('link', { name: 'Portal of patients' }).click()
    const rows = page.getByRole('table').getByRole('row')
    await rows.nth(1).waitFor()
    await page.getByRole('combobox', { name: 'State' }).click()
    await page.getByRole('option', { name: 'Given up' }).click()
    await page.waitForURL(/status=FAILED/)
    await page.reload()
    await rows.nth(1).getByText('Answered 401').waitFor()
    assert.equal(await rows.count(), 2)
    await page.getByRole('button', { name: 'Clear all' }).click()
    await page.getByRole('combobox', { name: 'What happened' }).click()
    await page.getByRole('option', { name: 'A patient is added' }).click()
    await page.waitForURL(/topic=patient_demographics.created/)
    await page.getByRole('button', { name: 'Send again …' }).click()
    const known = receiver.readLines().filter(({ result }) => result === 'KNOWN').length
    await page.getByRole('textbox', { name: 'From sequence' }).fill('0')
    await lookAt(page, 'resend', { fullPage: false })
    await page.getByRole('button', { name: 'Send them again' }).click()
    await page.getByText(/\d events are sent again\./).waitFor()
    await until(
      async () => receiver.readLines().filter(({ result }) => result === 'KNOWN').length > known + 1,
      'the receiver gets them again, and takes none twice',
    )

    await page.getByRole('tab', { name: 'Receiving them' }).click()
    await page.getByText('openssl rand').waitFor()
    await page.getByRole('tab', { name: 'C#' }).click()
    await page.getByText('CryptographicOperations.FixedTimeEquals').waitFor()
    await lookAt(page, 'subscription-receive', { fullPage: false })

    await page.goto('/d/north/getting-started?for=program')
    await page.getByRole('combobox', { name: 'Consumer' }).click()
    await page.getByRole('option', { name: 'portal of north' }).click()
    const step = page.getByRole('listitem').filter({ hasText: 'Be told of changes' })
    await step.getByText('Done', { exact: true }).waitFor()
    await step.getByRole('link', { name: 'Events of the consumer' }).click()
    await page.getByRole('link', { name: 'Portal of patients' }).click()

    await page.getByRole('tab', { name: 'Facts and secrets' }).click()
    await page.getByRole('button', { name: 'End the subscription …' }).click()
    await page.getByRole('dialog').getByRole('button', { name: 'End it for good' }).click()
    await page.getByText('It was ended for good', { exact: true }).waitFor()
    for (const name of ['Edit', 'Pause', 'Resume', 'Send a test event', 'Add a second secret'])
      assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('an auditor sees subscriptions and deliveries, and nothing that would change or send them', async () => {
    const { north } = stack
    const made = await north.askSettings(
      `mutation ($input: CreateEventSubscriptionInput!) {
        createEventSubscription(input: $input) { subscription { id } }
      }`,
      {
        input: {
          // Nobody listens there.
          ...{ consumerId: north.consumerId, name: 'Looked at', url: 'http://127.0.0.1:9/events' },
          topics: ['patient_demographics.created'],
        },
      },
    )
    assert.ok(made.body.data?.createEventSubscription, made.text)
    await createPatient(north)
    await until(async () => {
      const { body } = await north.askSettings('{ eventSubscriptions { name state } }')
      const all = body.data?.eventSubscriptions as { name: string; state: string }[]
      return all.some(({ name, state }) => name === 'Looked at' && state === 'FAILING')
    }, 'an event did not come through')
    const session = await stack.openSession(stack.accounts.auditor, { locale: 'fr-CA' })
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/overview')
    await page.getByRole('heading', { name: 'Des événements n’arrivent pas' }).waitFor()
    await page.getByRole('link', { name: 'Looked at' }).waitFor()
    await page.goto(`/d/north/consumers/${north.consumerId}?tab=events`)
    await page.getByText(/\d abonnements?/).waitFor()
    assert.equal(await page.getByRole('link', { name: 'Nouvel abonnement' }).count(), 0)
    await page.getByRole('link', { name: 'Looked at' }).click()
    await page.getByText('Le récepteur ne confirme pas').waitFor()
    await page.getByText('Personne n’écoute à cette adresse').waitFor()
    await lookAt(page, 'subscription-failing')
    await page.getByRole('tab', { name: 'Renseignements et secrets' }).click()
    await page.getByText('whsec_…').waitFor()
    const none = ['Modifier', 'Mettre en pause', 'Envoyer', 'Renvoyer', 'Ajouter', 'Retirer', 'Mettre fin']
    for (const name of none) assert.equal(await page.getByRole('button', { name }).count(), 0, name)
    // Nor when the page is not asked.
    const { id } = (made.body.data.createEventSubscription as { subscription: { id: string } }).subscription
    const tried = await session.request.post('/api/domains/north/settings', {
      headers: { origin: stack.consoleUrl },
      data: {
        query: 'mutation ($input: SendTestEventInput!) { sendTestEvent(input: $input) { delivery { id } } }',
        variables: { input: { id } },
      },
    })
    const { data, errors } = (await tried.json()) as {
      data?: { sendTestEvent: null } | null
      errors?: unknown[]
    }
    assert.ok(!data?.sendTestEvent && errors, 'an auditor had a test event sent')
    assert.deepEqual(faults, [])
    await session.close()
  })
})
