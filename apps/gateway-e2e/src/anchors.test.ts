import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'
import { until } from './until.ts'

const chart = fileURLToPath(new URL('../../../tools/chart/main.ts', import.meta.url))
const home = mkdtempSync(join(tmpdir(), 'commonchart-home-'))
const gateways = ['gateway', 'gateway-2']
let stack: Stack

before(async () => {
  stack = await startStack({ gateways: gateways.length })
  mkdirSync(join(home, 'keys'))
  writeFileSync(join(home, 'keys', 'operator.key.json'), JSON.stringify(stack.people.operatorJwk))
})
after(async () => {
  await stack.stop()
  rmSync(home, { recursive: true, force: true })
})

async function verify(domain: string, anchors: string): Promise<string> {
  const args = [chart, 'audit', 'verify', '--domain', domain, '--anchor', anchors]
  const env = { ...process.env, COMMONCHART_HOME: home, COMMONCHART_OPERATOR_URL: stack.operatorUrl }
  return (await promisify(execFile)(process.execPath, args, { env })).stdout
}

test('every gateway anchors the log of each domain, and the log is verified against what it anchored', async () => {
  for (const [name, domain] of Object.entries({ north: stack.north, south: stack.south })) {
    const { id } = await createPatient(domain)
    await domain.ask('query ($id: ID!) { patient(id: $id) { id } }', { id })
    const { body } = await stack.askOperator('query ($name: String!) { domain(name: $name) { id } }', {
      name,
    })
    for (const gateway of gateways) {
      const anchor = join(stack.anchorsOf(gateway), `${body.data?.domain.id}.checkpoint`)
      await until(() => Promise.resolve(existsSync(anchor)), `${gateway} has an anchor of ${name}`)
      assert.match(await verify(name, stack.anchorsOf(gateway)), /^All \d+ leaves are what was signed/)
    }
  }
  for (const gateway of gateways)
    assert.doesNotMatch(stack.services[gateway]?.output() ?? '', /CHECKPOINT_REFUSED/)
})
