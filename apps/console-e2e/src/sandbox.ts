import assert from 'node:assert/strict'
import { createClinic } from '@commonchart/gateway-e2e/clinic'
import { createPatient } from '@commonchart/gateway-e2e/records'
import type { StackDomain } from '@commonchart/gateway-e2e/stack-domains'
import { until } from '@commonchart/gateway-e2e/until'
import type { ConsoleStack } from './console-stack.ts'

const [name, host, zone] = ['trial', '127.0.0.1', 'America/Vancouver']

/**
 * Makes the sandbox `trial`, with a small clinic, of which the support account of `north` is a member too. Its host is an
 * address, so that code that pages show reaches it as it stands.
 */
export async function createSandbox(stack: ConsoleStack): Promise<StackDomain> {
  const operate = async (mutation: string, type: string, input: object): Promise<void> => {
    const text = `mutation ($input: ${type}!) { ${mutation}(input: $input) { domain { id } } }`
    const answer = await stack.askOperator(text, { input })
    assert.ok(answer.body.data?.[mutation], answer.text)
  }
  await operate('createDomain', 'CreateDomainInput', { name, hosts: [host], zone, sandbox: true })
  await operate('enableDomain', 'EnableDomainInput', { name, contract: 'sandbox' })
  const askSettings = (query: string, variables?: object) =>
    stack.ask(`${stack.url}/settings/graphql`, {
      ...{ query, variables, host },
      token: stack.people.signPersonToken(name),
    })
  const domain = { name, host, zone, askSettings, ask: askSettings } as StackDomain
  const isServed = async () => (await domain.askSettings('{ services { id } }')).body.data?.services
  await until(async () => Boolean(await isServed()), 'the sandbox is served')
  await createClinic(domain)
  await createPatient(domain)
  await invite(stack)
  return domain
}

async function invite({
  accounts,
  openSession,
  consoleUrl,
  consoleOperatorUrl,
}: ConsoleStack): Promise<void> {
  const operator = await openSession(accounts.operator)
  const invited = await operator.request.post(`/api/domains/${name}/invitations`, {
    data: { role: 'support' },
    headers: { origin: consoleOperatorUrl },
  })
  const { link } = (await invited.json()) as { link: string }
  await operator.close()
  const support = await openSession(accounts.support)
  const accepted = await support.request.post('/api/invitations/accept', {
    data: { secret: new URL(link).hash.slice(1) },
    headers: { origin: consoleUrl },
  })
  assert.ok(accepted.ok(), await accepted.text())
  await support.close()
}
