import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import { createConsumer } from '@commonchart/gateway-e2e/consumers'
import { query } from '@commonchart/gateway-e2e/record-check'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'

const dayMs = 86_400_000

describe('the overview', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('requests, errors and p95 of 90 days are drawn, told as a table, and chosen by consumer', async () => {
    const { south } = stack
    const retireAt = new Date(Date.now() + 9 * dayMs).toISOString()
    const busy = await createConsumer(stack, south, { name: 'Laboratory results' })
    const late = await createConsumer(stack, south, { name: 'Waiting room screen' })
    const change =
      'mutation ($input: UpdateConsumerKeyInput!) { updateConsumerKey(input: $input) { key { id } } }'
    const ending = await south.askSettings(change, { input: { id: late.id, keyId: late.keyId, retireAt } })
    assert.ok(ending.body.data?.updateConsumerKey, ending.text)
    await writeUsage(stack, south.domainId, [busy.id, late.id, south.consumerId])

    const session = await stack.openSession(stack.accounts.southSupport)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/south/overview')
    await page.getByRole('heading', { name: 'Overview of south' }).waitFor()
    const drawn = page.locator('figure .recharts-surface')
    await drawn.nth(2).waitFor()
    await page
      .getByRole('table', { name: 'Each consumer, 90 days' })
      .getByText('Laboratory results')
      .waitFor()
    await page
      .getByText(/Key \S+ ends/)
      .first()
      .waitFor()
    await page
      .getByText(/of [\d,]+ requests failed/)
      .first()
      .waitFor()
    await lookAt(page, 'overview')

    // Charts speak to the keyboard: the arrow keys go from day to day.
    await drawn.first().focus()
    for (let days = 0; days < 3; days += 1) await page.keyboard.press('ArrowRight')
    await page
      .getByText(/^p95 \d+ ms$/)
      .first()
      .waitFor()

    await page.getByRole('combobox', { name: 'Consumer' }).click()
    await page.getByRole('option', { name: 'Waiting room screen' }).click()
    await page.getByText('Table', { exact: true }).click()
    const table = page.getByRole('table', { name: 'Requests, errors and p95' })
    await table.getByRole('row').nth(5).waitFor()
    assert.match(new URL(page.url()).searchParams.get('consumer') ?? '', new RegExp(`^"?${late.id}"?$`))

    await page.getByRole('link', { name: 'Laboratory results' }).first().click()
    await page.getByRole('tab', { name: 'Usage', selected: true }).waitFor()
    await drawn.nth(2).waitFor()
    await lookAt(page, 'consumer-usage')
    assert.deepEqual(faults, [])
    await session.close()
  })
})

/** Counts as the sequencer writes them, for hours that have passed: each consumer with a course of its own over 90 days. */
async function writeUsage(stack: ConsoleStack, domainId: number, consumerIds: string[]): Promise<void> {
  const text = `
    INSERT INTO consumer_usage (domain_id, consumer_id, hour, requests, errors, refused, last_at, histogram)
    SELECT $1, consumer.id, moment, load, load * (extract(doy FROM moment)::int % 7 = 0)::int / 12 + 2 * (at = 2 AND moment > now() - interval '2 days')::int, 0, moment,
      ARRAY[0, 0, 0, load / 2, load / 4, 0, 0, load / 8, load / 8, 0, 0, load / 9, 0, 0, 0, 0, 0, 0, 0, 0, load / 9 * (extract(doy FROM moment)::int % 5) / 4]
    FROM unnest($2::bigint[]) WITH ORDINALITY AS consumer (id, at),
      generate_series(date_trunc('hour', now()) - interval '88 days', date_trunc('hour', now()) - interval '2 hours', '6 hours') AS moment,
      LATERAL (SELECT (12 + 30 / at + 22 * sin(extract(epoch FROM moment) / 86400 * 0.9 + at) + 6 * sin(extract(epoch FROM moment) / 9000))::int AS load) AS made
    ON CONFLICT DO NOTHING`
  await query(stack, 'consumers-audit', text, domainId, consumerIds)
}
