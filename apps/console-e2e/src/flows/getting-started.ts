import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, test } from 'node:test'
import type { Locator, Page } from 'playwright-core'
import { skipWithoutBrowser } from '../browser.ts'
import { openConsoleStack, type ConsoleStack } from '../console-stack.ts'
import { lookAt, watchPage } from '../pages.ts'
import { isAtHand, run } from '../run-code.ts'
import { createSandbox } from '../sandbox.ts'

describe('getting started', { skip: skipWithoutBrowser }, () => {
  let stack: ConsoleStack
  let folder: string
  before(async () => {
    stack = await openConsoleStack()
    folder = mkdtempSync(join(tmpdir(), 'commonchart-integrator-'))
    await createSandbox(stack)
  })
  after(async () => {
    rmSync(folder, { recursive: true, force: true })
    await stack.stop()
  })

  /** Runs code of a page as an integrator does who pastes it into a file. */
  async function runCode(code: Locator, ...command: [name: string, program: string]): Promise<string> {
    const [name, program] = command
    writeFileSync(join(folder, name), await code.innerText())
    return run(folder, program, name)
  }
  const code = (page: Page, name: string): Locator =>
    page.getByRole('region', { name, exact: true }).locator('code')
  const untilDone = (page: Page, steps: number): Promise<void> =>
    page.getByText(`${steps} of 6 steps done`).first().waitFor()

  test('an integrator comes from nothing to a booking with the code that is shown, and each step is seen to be done', async () => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    await page.goto('/d/trial/overview')
    await page.getByRole('link', { name: 'How to get started, step by step' }).click()
    await untilDone(page, 1)
    await page.getByRole('tab', { name: 'Writing a program' }).click()
    await untilDone(page, 1)
    await lookAt(page, 'getting-started')

    await runCode(code(page, 'Command to copy'), 'keys.sh', 'bash')
    await page.getByRole('link', { name: 'New consumer' }).click()
    await page.getByText('Paste a public key').click()
    await page.getByRole('textbox', { name: 'Name' }).fill('portal')
    await page
      .getByRole('textbox', { name: 'Public key (PEM)' })
      .fill(readFileSync(join(folder, 'portal.pem.pub'), 'utf8'))
    await page.getByRole('button', { name: 'Register the consumer' }).click()
    await page.getByRole('heading', { name: 'portal' }).waitFor()

    await page.goto('/d/trial/getting-started?for=program')
    await untilDone(page, 3)
    assert.match(await runCode(code(page, 'Code for curl'), 'first.sh', 'bash'), /"totalCount":1/)
    await untilDone(page, 4)
    const booked = await runCode(code(page, 'Code of the first booking'), 'booking.mjs', process.execPath)
    assert.match(booked, /"createAppointment": \{\s*"id": "\d+"/)
    await untilDone(page, 5)
    await page.getByRole('tab', { name: 'Setting up this domain' }).click()
    await untilDone(page, 4)
    await lookAt(page, 'getting-started-domain')
    assert.deepEqual(faults, [])
    await session.close()
  })

  test('a query is tried with a key that stays in the page, and the code beside it does the same', async (t) => {
    const session = await stack.openSession(stack.accounts.support)
    const page = await session.newPage()
    const { faults } = watchPage(page, stack.consoleUrl)
    const sent: string[] = []
    page.on('request', (request) => sent.push(request.postData() ?? ''))
    await page.goto('/d/trial/consumers')
    await page.getByRole('link', { name: 'portal' }).click()
    await page.getByRole('tab', { name: 'Try it' }).click()
    const picker = page.locator('input[type=file]')
    await picker.setInputFiles(join(folder, 'portal.pem.pub'))
    await page.getByText('That file holds a public key. Choose the private one.').waitFor()
    await picker.setInputFiles(join(folder, 'portal.pem'))
    await page.getByText('portal.pem is a key of this consumer and is accepted').waitFor()
    await page.getByRole('button', { name: 'Run the query' }).click()
    await page.getByText('HTTP 200').waitFor()
    assert.equal(JSON.parse(await code(page, 'The answer').innerText()).data.patients.totalCount, 1)
    await lookAt(page, 'try-it')
    assert.ok(!sent.some((body) => body.includes('PRIVATE')), 'a private key left the browser')

    // As exact as the shell and the other languages must be: quotes of either kind, a backslash, a text in the query.
    await page
      .getByRole('textbox', { name: 'Query' })
      .fill(`{\n  patients(lastName: "O'Brien \\"\${x}\\" \`y\`") {\n    totalCount\n  }\n}`)
    const nobody = /"totalCount": ?0/
    assert.match(await runCode(code(page, 'Code for curl'), 'try.sh', 'bash'), nobody)
    await page.getByRole('tab', { name: 'Node' }).click()
    assert.match(await runCode(code(page, 'Code for Node'), 'try.mjs', process.execPath), nobody)
    await page.getByRole('tab', { name: 'C#' }).click()
    await page.getByText('RSASignaturePadding.Pkcs1').waitFor()
    await page.getByRole('tab', { name: 'Python' }).click()
    await code(page, 'Code for Python').waitFor()
    if (await isAtHand('python3', '-c', 'import jwt, cryptography'))
      assert.match(await runCode(code(page, 'Code for Python'), 'try.py', 'python3'), nobody)
    else t.diagnostic('python3 has no pyjwt here: its code was not run')
    assert.deepEqual(faults, [])
    await session.close()
  })
})
