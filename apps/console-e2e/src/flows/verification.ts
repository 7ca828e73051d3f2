import assert from 'node:assert/strict'
import { after, before, describe, test } from 'node:test'
import pg from 'pg'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { assertAccessible, lookAt, watchPage } from '../pages.ts'

describe('verifying the audit log', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  before(async () => {
    stack = await openConsoleStack()
  })
  after(() => stack.stop())

  test('a browser verifies the log against an anchor, and names the first leaf that was altered', async () => {
    const session = await stack.openSession(stack.accounts.southSupport)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/south/verification')
    const checkpoint = page.getByRole('region', { name: 'Latest checkpoint' })
    const anchor = (await checkpoint.textContent()) ?? ''
    assert.match(anchor, /^\S+\n\d+\n\S+\n\n— \S+ \S+\n$/)
    for (let asked = 0; asked < 20; asked += 1) await stack.south.ask('query More { __typename }')
    await page.getByRole('textbox', { name: /An older checkpoint/ }).fill(anchor)
    const verify = page.getByRole('button', { name: 'Verify now' })
    await verify.click()
    await page.getByText('The log is whole').waitFor()
    await page.getByText('It still contains exactly what your anchor covers.').waitFor()
    await lookAt(page, 'verification')

    const database = new pg.Client({ connectionString: stack.databases['consumers-audit']?.adminUrl })
    await database.connect()
    const alter = async (change: string): Promise<void> => {
      const { rowCount } = await database.query(
        `UPDATE audit_leaf SET ${change} WHERE domain_id = $1 AND id =
          (SELECT leaf_id FROM audit_sequence WHERE domain_id = $1 AND sequence = 3)`,
        [stack.south.domainId],
      )
      assert.equal(rowCount, 1)
    }
    await alter('count = count + 1')
    try {
      await verify.click()
      await page.getByText('Leaf 3 was altered').waitFor()
      await assertAccessible(page)
    } finally {
      await alter('count = count - 1')
      await database.end()
    }
    await page.getByRole('textbox', { name: /An older checkpoint/ }).fill(anchor.replace(/\n\d+\n/, '\n1\n'))
    await verify.click()
    await page.getByText('A checkpoint was not taken').waitFor()
    assert.deepEqual(faults, [])
    await session.close()
  })
})
