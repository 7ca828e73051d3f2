import type { Command } from 'commander'
import { demoZone } from '../demo/clinic.ts'
import { deleteDomain, type DeleteOptions } from './delete-domain.ts'
import { exportDomain } from './export-domain.ts'
import { UsageError, type Io } from './io.ts'
import { fillSandbox } from './sandbox.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface Domain {
  name: string
  hosts: string[]
  zone: string
  sandbox: boolean
  enabled: boolean
  state: string
  contract: string | null
  deletion: { scheduledFor: string; completedAt: string | null } | null
}

const fields = 'name hosts zone sandbox enabled state contract deletion { scheduledFor completedAt }'

/** Adds `domain create`, `enable`, `disable`, `export`, `delete` and `list`. */
export function addDomainCommands(program: Command, io: Io): void {
  const domain = program.command('domain').description('the domains of the platform: one for each customer')
  domain
    .command('create')
    .argument('<name>', 'lower-case letters, digits and hyphens')
    .description('make a domain; programs get in once it is enabled')
    .option('--host <host...>', 'a host name of the domain; give it several times for several')
    .option('--zone <zone>', 'the time zone of the organisation, for example America/Vancouver')
    .option('--sandbox', 'a domain to try things out: enabled, and filled with a generated clinic')
    .option('--reset', 'with --sandbox: if it is there, put its demo records back as they were made')
    .addHelpText(
      'after',
      `
Examples:
  $ chart domain create north --host north.example.org --zone America/Vancouver
  $ chart domain create trial --sandbox --host trial.localhost
  $ chart domain create trial --sandbox --reset`,
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      await createDomain(name, options, command, io)
    })
  domain
    .command('enable')
    .argument('<name>')
    .description('let programs in, on the strength of a contract')
    .requiredOption('--contract <reference>', 'the contract that it rests on')
    .addHelpText('after', '\nExample:\n  $ chart domain enable north --contract C-2026-014')
    .action(async (name: string, { contract }: { contract: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { enableDomain } = (await askOperator(
        `mutation ($input: EnableDomainInput!) { enableDomain(input: $input) { domain { ${fields} } } }`,
        { input: { name, contract } },
      )) as { enableDomain: { domain: Domain } }
      print(enableDomain.domain, `The domain ${name} is enabled under the contract ${contract}.`)
    })
  domain
    .command('disable')
    .argument('<name>')
    .description('take a domain out of service; its data stays')
    .addHelpText('after', '\nExample:\n  $ chart domain disable north')
    .action(async (name: string, _options: object, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { disableDomain } = (await askOperator(
        `mutation ($input: DisableDomainInput!) { disableDomain(input: $input) { domain { ${fields} } } }`,
        { input: { name } },
      )) as { disableDomain: { domain: Domain } }
      print(disableDomain.domain, `The domain ${name} is out of service.`)
    })
  domain
    .command('export')
    .argument('<name>')
    .description(
      'write everything that is kept of a domain, logs included, into a new folder of NDJSON files',
    )
    .requiredOption('--to <folder>', 'the folder to make')
    .addHelpText('after', '\nExample:\n  $ chart domain export north --to /media/north-2026-11-30')
    .action(async (name: string, { to }: { to: string }, command: Command) => {
      await exportDomain(name, to, readSettings(command, io), io)
    })
  domain
    .command('delete')
    .argument('<name>')
    .description(
      'have everything that is kept of a domain deleted after a time of grace; it is out of service meanwhile',
    )
    .option('--days <days>', 'how many days from now', Number)
    .option('--confirm <name>', 'the name once more: after that time nothing brings the data back')
    .option('--cancel', 'call it off; "chart domain enable" brings the domain back into service')
    .addHelpText(
      'after',
      `
Export the domain before. Backups keep what was deleted until they are gone themselves.

Examples:
  $ chart domain export north --to /media/north-2026-11-30
  $ chart domain delete north --days 30 --confirm north
  $ chart domain delete north --cancel`,
    )
    .action(async (name: string, options: DeleteOptions, command: Command) => {
      await deleteDomain(name, options, readSettings(command, io))
    })
  domain
    .command('list')
    .description('all domains')
    .addHelpText('after', '\nExample:\n  $ chart domain list --json')
    .action(async (_options: object, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const domains = await listDomains(askOperator)
      const rows = domains.map((each) => [
        each.name,
        each.hosts.join(','),
        each.zone,
        describeState(each),
        each.contract ?? '',
      ])
      print(domains, formatTable(['NAME', 'HOSTS', 'ZONE', 'STATE', 'CONTRACT'], rows))
    })
}

interface CreateOptions {
  host?: string[]
  zone?: string
  sandbox?: boolean
  reset?: boolean
}

async function createDomain(name: string, options: CreateOptions, command: Command, io: Io): Promise<void> {
  const settings = readSettings(command, io)
  const { askOperator, print } = settings
  const { sandbox = false, reset = false } = options
  if (reset && !sandbox) throw new UsageError('--reset goes with --sandbox: only demo data is put back.')
  const known = reset ? await findDomain(askOperator, name) : null
  if (known && !known.sandbox) throw new UsageError(`The domain ${name} is no sandbox and is left alone.`)
  const hosts = options.host ?? (sandbox ? [`${name}.localhost`] : undefined)
  const zone = options.zone ?? (sandbox ? demoZone : undefined)
  if (!known && (!hosts || !zone)) throw new UsageError('A domain needs --host and --zone.')
  if (!known)
    await askOperator(
      `mutation ($input: CreateDomainInput!) { createDomain(input: $input) { domain { name } } }`,
      { input: { name, hosts, zone, sandbox } },
    )
  if (sandbox && !known?.enabled)
    await askOperator(
      'mutation ($input: EnableDomainInput!) { enableDomain(input: $input) { domain { name } } }',
      { input: { name, contract: 'sandbox' } },
    )
  const counts = sandbox ? await fillSandbox(settings, name, io) : undefined
  const made = await findDomain(askOperator, name)
  print({ ...made, ...(counts ? { records: counts } : {}) }, [
    `The domain ${name} is there, with the hosts ${made?.hosts.join(', ')}.`,
    sandbox ? 'It is enabled.' : `Let programs in with: chart domain enable ${name} --contract REFERENCE`,
    ...(counts ? [`It has ${counts.patients} patients and ${counts.appointments} appointments.`] : []),
  ])
}

type AskOperator = ReturnType<typeof readSettings>['askOperator']

async function findDomain(ask: AskOperator, name: string): Promise<Domain | null> {
  const { domain } = await ask(`query ($name: String!) { domain(name: $name) { ${fields} } }`, { name })
  return domain as Domain | null
}

/** All domains of the platform. */
export async function listDomains(ask: AskOperator): Promise<Domain[]> {
  const all: Domain[] = []
  for (let after: string | null = null; ;) {
    const { domains } = (await ask(
      `query ($after: String) { domains(first: 100, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } } }`,
      { after },
    )) as { domains: { nodes: Domain[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }
    all.push(...domains.nodes)
    if (!domains.pageInfo.hasNextPage) return all
    after = domains.pageInfo.endCursor
  }
}

function describeState({ enabled, state, deletion }: Domain): string {
  if (deletion?.completedAt) return `deleted ${deletion.completedAt.slice(0, 10)}`
  if (deletion) return `to be deleted ${deletion.scheduledFor.slice(0, 10)}`
  if (state === 'DISABLED') return 'disabled'
  return enabled ? 'enabled' : 'not enabled'
}
