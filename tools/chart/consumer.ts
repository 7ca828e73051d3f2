import type { Command } from 'commander'
import type { Io } from './io.ts'
import { addConsumerEdits } from './consumer-edit.ts'
import { changeConsumer, consumerFields, type Consumer } from './consumer-fields.ts'
import { addConsumerKeyCommands } from './consumer-key.ts'
import { registerKey } from './key-file.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface CreateOptions {
  domain: string
  issuer?: string
  publicKey?: string
  keyOut?: string
  kid?: string
  audience?: string
  inactive?: boolean
  force?: boolean
}

/** Adds `consumer` and all below it; here `create`, `list`, `activate` and `deactivate`. */
export function addConsumerCommands(program: Command, io: Io): void {
  const consumer = program.command('consumer').description('the programs that may use the API of a domain')
  consumer
    .command('create')
    .argument('<name>', 'what to call the program')
    .description('register a program and its public key')
    .requiredOption('--domain <name>', 'the domain whose data it will use')
    .option('--issuer <iss>', 'the "iss" of its tokens; its name by default')
    .option('--public-key <file>', 'its public RSA key as PEM; without it, a key is made')
    .option('--key-out <file>', 'where a key that is made goes')
    .option('--kid <kid>', 'the "kid" by which its tokens select the key')
    .option('--audience <aud>', 'the "aud" that its tokens must carry')
    .option('--inactive', 'its tokens are refused until it is activated')
    .option('--force', 'replace a key file that is there')
    .addHelpText(
      'after',
      `
Examples:
  $ chart consumer create "Patient portal" --domain north --public-key portal.pem.pub
  $ chart consumer create trial --domain north --key-out trial.pem`,
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      await createConsumer(name, options, command, io)
    })
  consumer
    .command('list')
    .description(
      'the programs of a domain, when each was last used, and its requests and errors of the last 24 hours',
    )
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart consumer list --domain north')
    .action(async ({ domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const consumers = await listConsumers(askOperator, domain)
      const rows = consumers.map(({ id, name, issuer, active, keys, ...used }) => [
        ...[id, name, issuer, active ? 'active' : 'inactive'],
        String(keys.filter(({ retired }) => !retired).length),
        ...[used.lastUsedAt ?? 'never', String(used.requestCount), String(used.errorCount)],
      ])
      const headings = ['ID', 'NAME', 'ISSUER', 'STATE', 'KEYS', 'LAST USED', 'REQUESTS', 'ERRORS']
      print(consumers, formatTable(headings, rows))
    })
  for (const [verb, mutation] of [
    ['activate', 'activateConsumer'],
    ['deactivate', 'deactivateConsumer'],
  ] as const)
    consumer
      .command(verb)
      .argument('<id>')
      .description(
        verb === 'activate' ? "let a program's tokens in again" : "refuse a program's tokens from now on",
      )
      .requiredOption('--domain <name>', 'the domain')
      .addHelpText('after', `\nExample:\n  $ chart consumer ${verb} 12 --domain north`)
      .action(async (id: string, { domain }: { domain: string }, command: Command) => {
        const { askOperator, print } = readSettings(command, io)
        const { consumer: changed } = await changeConsumer(askOperator, mutation, { domain, id })
        print(changed, `${changed.name} is ${changed.active ? 'active' : 'inactive'}.`)
      })
  addConsumerEdits(consumer, io)
  addConsumerKeyCommands(consumer, io)
}

async function createConsumer(name: string, options: CreateOptions, command: Command, io: Io): Promise<void> {
  const { askOperator, home, print } = readSettings(command, io)
  const { domain, issuer, kid, audience, inactive } = options
  const input = { domain, name, issuer, kid, audience, active: !inactive }
  const {
    made: { consumer: made },
    privateKeyFile,
  } = await registerKey(options, { home, domain, name }, (publicKey) =>
    changeConsumer(askOperator, 'createConsumer', { ...input, publicKey }),
  )
  print({ ...made, ...(privateKeyFile ? { privateKeyFile } : {}) }, [
    `Registered ${name} (id ${made.id}) in ${domain}; the "iss" of its tokens is ${made.issuer}.`,
    ...(privateKeyFile ? [`Its private key is in ${privateKeyFile}, readable by you alone.`] : []),
  ])
}

async function listConsumers(
  ask: ReturnType<typeof readSettings>['askOperator'],
  domain: string,
): Promise<Consumer[]> {
  const all: Consumer[] = []
  for (let after: string | null = null; ;) {
    const { consumers } = (await ask(
      `query ($domain: String!, $after: String) {
        consumers(domain: $domain, first: 100, after: $after) { nodes { ${consumerFields} } pageInfo { hasNextPage endCursor } }
      }`,
      { domain, after },
    )) as { consumers: { nodes: Consumer[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }
    all.push(...consumers.nodes)
    if (!consumers.pageInfo.hasNextPage) return all
    after = consumers.pageInfo.endCursor
  }
}
