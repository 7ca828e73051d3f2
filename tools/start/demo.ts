import { createPrivateKey, createPublicKey } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import type { PrivateServiceJwk } from '@commonchart/identity'
import { demoZone } from '../demo/clinic.ts'
import type { Ask } from '../demo/seed.ts'
import { ensureDemoDomain, waitUntilServed } from '../demo/demo-domain.ts'
import { generateConsumerKey, signConsumerToken } from '../environment/consumer-key.ts'
import { findState, writeState } from '../environment/environment-state.ts'
import { askPatiently } from '../environment/ask-patiently.ts'
import type { GraphAddress } from '../environment/graph.ts'
import { signOperatorToken, signPersonToken } from '@commonchart/identity'
import { findJson, writePrivateFile } from '../environment/private-file.ts'
import type { Say } from './progress.ts'
import type { Running } from './start.ts'

/** The demo domain: its consumer's issuer, and the file of the consumer's private key. */
export interface Demo {
  domain: string
  issuer: string
  key: string
}

const demo = { domain: 'demo', issuer: 'demo-program', hosts: ['localhost', '127.0.0.1'] }

/**
 * Makes the demo domain with its consumer and, the first time, its clinic's places and people, so that the first query has
 * an answer. `finish` goes on with the appointments, which take longer.
 */
export async function prepareDemo(
  { home, url, operatorUrl }: Running,
  say: Say,
): Promise<{ demo: Demo; finish(): Promise<void> }> {
  const key = home.consumerKey(demo.domain)
  if (!existsSync(key)) writePrivateFile(key, (await generateConsumerKey()).privatePem)
  const privateKey = createPrivateKey(readFileSync(key))
  const operatorKey = readKey(home.operatorKey)
  const consoleKey = readKey(home.consoleKey)
  await ensureDemoDomain(() => ({ url: operatorUrl, token: signOperatorToken(operatorKey) }), {
    name: demo.domain,
    hosts: demo.hosts,
    zone: demoZone,
    issuer: demo.issuer,
    publicPem: createPublicKey(privateKey).export({ type: 'spki', format: 'pem' }).toString(),
  })
  const facts: Demo = { domain: demo.domain, issuer: demo.issuer, key }
  const seededOn = findState(home)?.demo?.seededOn
  writeState(home, {
    ...findState(home),
    url,
    operatorUrl,
    demo: { ...facts, ...(seededOn ? { seededOn } : {}) },
  })

  const person = { domain: demo.domain, subject: 'import', name: 'Demo data', role: 'support' as const }
  const settings = (): GraphAddress => ({
    url: `${url}/settings/graphql`,
    token: signPersonToken(consoleKey, person),
  })
  await waitUntilServed(settings, '{ locations { id } patients(first: 1) { nodes { id } } }')
  const goOn = seededOn ? undefined : await beginFilling(settings, say)
  const consumer = (): GraphAddress => ({
    url: `${url}/graphql`,
    token: signConsumerToken(privateKey, { issuer: demo.issuer, lifetimeSeconds: 60 }),
  })
  await waitUntilServed(consumer, '{ patients(first: 1) { nodes { id } } }')
  say('the first query was answered')
  return {
    demo: facts,
    async finish() {
      if (!goOn) return
      say(`the demo clinic is complete with ${await goOn()} appointments`)
      const today = new Date().toISOString().slice(0, 10)
      writeState(home, { ...findState(home), url, operatorUrl, demo: { ...facts, seededOn: today } })
    },
  }
}

/** Puts in places and people; gives the function that puts in settings, care teams and appointments. */
async function beginFilling(settings: () => GraphAddress, say: Say): Promise<() => Promise<number>> {
  say('filling the demo domain with a generated clinic')
  // Only here, because the generator's word lists take a moment to load.
  const { seedCareTeams, seedDemoAppointments, seedDemoPeople } = await import('../demo/seed.ts')
  const { seedDemoDatedHours } = await import('../demo/dated-hours.ts')
  const { seedDemoGroups } = await import('../demo/groups.ts')
  const { seedDemoSettings } = await import('../demo/settings.ts')
  const ask: Ask = (query, variables) => askPatiently(settings, query, variables)
  const clinic = await seedDemoPeople(ask)
  const { patientIds, providerIds, locationIds, serviceIds } = clinic
  say(
    `it has ${patientIds.length} patients, ${providerIds.length} providers, ${locationIds.length} locations, ` +
      `${serviceIds.length} services; three months of appointments follow`,
  )
  return async () => {
    await seedDemoSettings(ask, clinic.templateIds)
    await seedCareTeams(ask, clinic)
    await seedDemoDatedHours(ask, clinic, new Date())
    await seedDemoGroups(ask, clinic, new Date())
    return seedDemoAppointments(ask, clinic, new Date())
  }
}

function readKey(file: string): PrivateServiceJwk {
  const key = findJson<PrivateServiceJwk>(file)
  if (!key) throw new Error(`${file} is missing: "npm run chart -- operator init" makes it.`)
  return key
}
