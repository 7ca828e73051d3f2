import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createPatient } from '@commonchart/gateway-e2e/records'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

describe('the audit log and disclosures', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  let patientId: string
  before(async () => {
    stack = await openConsoleStack()
    const made = await createPatient(stack.north, { firstName: 'Wilhelmina', lastName: 'Audited' })
    patientId = made.id
    await stack.north.ask('query See($id: ID!) { patient(id: $id) { firstName } }', { id: patientId })
  })
  after(() => stack.stop())

  test('an auditor finds who changed a record, and has the browser check that it is in the log', async () => {
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto(`/d/north/audit-log?consumer=${stack.north.consumerId}&patientId=${patientId}`)
    await page.getByRole('link', { name: 'Changed' }).waitFor()
    await page.getByRole('combobox', { name: 'What' }).click()
    await page.getByRole('option', { name: 'Changed' }).click()
    await page.waitForURL(/kind=CHANGE/)
    await page.reload()
    const rows = page.getByRole('table').getByRole('row')
    await page.getByRole('table').getByText('patient.created').waitFor()
    assert.equal(await rows.count(), 2)
    await lookAt(page, 'audit-log')
    await page.getByRole('link', { name: 'Changed' }).click()
    await page.getByRole('button', { name: 'Fetch the proof and check it' }).click()
    const proven = page.getByText('This event is in the log, as it was signed')
    const again = page.getByText('No checkpoint covers this event yet')
    await proven.or(again).waitFor()
    while (await again.isVisible()) {
      await page.getByRole('button', { name: 'Fetch the proof and check it' }).click()
      await proven.or(again).waitFor()
    }
    await lookAt(page, 'audit-event')

    await page.goto(`/d/north/audit-log?recordType=EnterpriseApiConsumer&recordId=${stack.north.consumerId}`)
    await page.getByRole('table').getByText('consumer.created').waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('an event of several patients says how many, who, and what of each, and leads to their disclosures', async () => {
    const other = await createPatient(stack.north, { firstName: 'Willem', lastName: 'Audited' })
    await stack.north.ask('{ patients(lastName: "Audited") { nodes { id firstName } } }')
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto(`/d/north/audit-log?kind=READ&patientId=${other.id}`)
    const row = page.getByRole('row').filter({ hasText: '2 patients' }).first()
    await row.getByText('2 × (Patient: 1)').waitFor()
    await row.getByRole('link', { name: 'Seen' }).click()
    await page.getByText('Of each of 2: Patient: 1').waitFor()
    await lookAt(page, 'audit-event-several')
    await page.getByRole('link', { name: `Patient ${patientId}`, exact: true }).click()
    await page.waitForURL(new RegExp(`disclosures\\?patientId=${patientId}`))
    const seen = page.getByRole('table').getByRole('row').filter({ hasText: 'Seen' })
    await seen.filter({ hasText: 'Patient: 1' }).first().waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('the disclosures of a patient who is found by name are listed, printed and exported', async () => {
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/north/disclosures')
    await page.getByRole('combobox', { name: 'Patient' }).fill('wilhelmina audited')
    await page.getByRole('option', { name: /Wilhelmina Audited/ }).click()
    await page.waitForURL(new RegExp(`patientId=${patientId}`))
    await page.reload()
    await page.getByRole('table').getByText('patient.created').waitFor()
    await page.getByRole('table').getByRole('link', { name: 'Seen' }).first().waitFor()
    await lookAt(page, 'disclosures')
    await page.emulateMedia({ media: 'print' })
    await page.getByText(`Accounting of disclosures of patient ${patientId} in north`).waitFor()
    assert.equal(await page.getByRole('navigation').count(), 0)
    assert.equal(await page.getByRole('button', { name: 'Print' }).count(), 0)
    await page.emulateMedia({ media: 'screen' })
    const csv = await session.request.get(
      (await page.getByRole('link', { name: 'Export as CSV' }).getAttribute('href')) ?? '',
    )
    assert.match(await csv.text(), /^occurred at,what,by[^]*patient\.created/)
    assert.deepEqual(faults, [])
    await session.close()
  })
})
