import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { until } from '@commonchart/gateway-e2e/until'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { watchPage } from '../pages.ts'

const image = '<img src=x onerror="globalThis.stung=1">'
const script = '</script></pre><script>globalThis.stung=1</script>'
const address = 'javascript:globalThis.stung=1'
const turned = '\u202egpj.exe'
const long = `${script}${'ab '.repeat(350_000)}`

describe('what programs write', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  let patientId: string
  before(async () => {
    stack = await openConsoleStack()
    const { north } = stack
    await stack.askOperator(
      'mutation ($input: UpdateConsumerInput!) { updateConsumer(input: $input) { consumer { id } } }',
      { input: { domain: 'north', id: north.consumerId, name: `portal of north ${image}` } },
    )
    await until(async () => {
      await north.ask('query Named { __typename }')
      const { body } = await north.askSettings(
        '{ accessLog(operationName: "Named", first: 1) { nodes { actor { name } } } }',
      )
      return String(body.data?.accessLog.nodes[0].actor.name).includes(image)
    }, 'the gateway knows the new name')
    const made = await north.ask(
      'mutation Hostile($input: CreatePatientInput!) { createPatient(input: $input) { patient { id firstName lastName } } }',
      {
        input: {
          firstName: image,
          lastName: script,
          dateOfBirth: '1980-02-29',
          gender: 'OTHER',
          identifications: [],
        },
      },
      { 'user-agent': `${image} ${address}` },
    )
    patientId = made.body.data?.createPatient.patient.id as string
    assert.ok(patientId, made.text)
    await north.ask('query HostileSee($id: ID!) { patient(id: $id) { firstName lastName } }', {
      id: patientId,
      unused: [turned, address, long],
    })
    await north.ask('query HostileError($id: ID!) { patient(id: $id) { firstName } }', { id: [image] })
  })
  after(async () => {
    await stack.askOperator(
      'mutation ($input: UpdateConsumerInput!) { updateConsumer(input: $input) { consumer { id } } }',
      { input: { domain: 'north', id: stack.north.consumerId, name: 'portal of north' } },
    )
    await stack.stop()
  })

  test('is shown as text on every page of the logs, and nothing of it runs', async () => {
    const session = await stack.openSession(stack.accounts.auditor)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const assertStill = async (): Promise<void> => {
      assert.equal(await page.evaluate('globalThis.stung'), undefined)
      assert.equal(await page.locator('main img, main script, main a[href^="javascript"]').count(), 0)
      assert.deepEqual(faults, [])
    }
    const open = async (name: string): Promise<void> => {
      await page.goto(`/d/north/access-log?operationName=${name}`)
      await page.getByRole('table').getByText(image).first().waitFor()
      await assertStill()
      await page.getByRole('link', { name, exact: true }).first().click()
      await page.getByRole('heading', { name, level: 1 }).waitFor()
      await page.locator('.hljs-attr').first().waitFor()
    }
    await open('Hostile')
    await page.getByText(`${image} ${address}`).waitFor()
    await page.getByRole('region', { name: 'Answer' }).getByText(script).waitFor()
    await assertStill()

    await open('HostileSee')
    const variables = page.getByRole('region', { name: 'Variables' })
    await variables.getByText('\\u202egpj.exe').waitFor()
    await page.getByText(/The first 100 KB of 1,0\d\d KB/).waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByText('without colours').waitFor()
    assert.ok(((await variables.textContent()) ?? '').length > 1_000_000)
    await assertStill()

    await open('HostileError')
    await assertStill()
    await page.goto(`/d/north/audit-log?patientId=${patientId}`)
    await page.getByRole('table').getByText(image).first().waitFor()
    await assertStill()
    await page.getByRole('link', { name: 'Changed' }).click()
    await page.getByRole('heading', { name: 'Changed: patient.created' }).waitFor()
    await page.getByRole('definition').getByText(image).waitFor()
    await assertStill()
    await page.goto(`/d/north/disclosures?patientId=${patientId}`)
    await page.getByRole('table').getByText(image).first().waitFor()
    await assertStill()
    await session.close()
  })
})
