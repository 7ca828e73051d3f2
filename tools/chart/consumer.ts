import { join } from 'node:path'
import type { Command } from 'commander'
import type { Io } from './io.ts'
import { makeKeyFiles, readText } from './key-file.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface Consumer {
  id: string
  name: string
  active: boolean
  issuer: string
  audience: string | null
  keys: { kid: string | null; thumbprint: string; retired: boolean }[]
}

const fields = 'id name active issuer audience keys { kid thumbprint retired }'

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

/** Adds `consumer create`, `list`, `activate` and `deactivate`. */
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
    .description('the programs of a domain')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart consumer list --domain north')
    .action(async ({ domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const consumers = await listConsumers(askOperator, domain)
      const rows = consumers.map(({ id, name, issuer, active, keys }) => [
        id,
        name,
        issuer,
        active ? 'active' : 'inactive',
        String(keys.filter(({ retired }) => !retired).length),
      ])
      print(consumers, formatTable(['ID', 'NAME', 'ISSUER', 'STATE', 'KEYS'], rows))
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
        const input = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
        const data = (await askOperator(
          `mutation ($input: ${input}!) { ${mutation}(input: $input) { consumer { ${fields} } } }`,
          { input: { domain, id } },
        )) as Record<string, { consumer: Consumer }>
        const changed = data[mutation]?.consumer
        print(changed, `${changed?.name} is ${changed?.active ? 'active' : 'inactive'}.`)
      })
}

async function createConsumer(name: string, options: CreateOptions, command: Command, io: Io): Promise<void> {
  const { askOperator, home, print } = readSettings(command, io)
  const { domain, issuer, kid, audience, inactive, force } = options
  const file =
    options.keyOut ?? join(home.folder, `${domain}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.pem`)
  const made = options.publicKey ? undefined : await makeKeyFiles(file, { replace: force })
  const publicKey = made?.publicPem ?? readText(options.publicKey ?? '')
  const { createConsumer: payload } = (await askOperator(
    `mutation ($input: CreateConsumerInput!) { createConsumer(input: $input) { consumer { ${fields} } } }`,
    { input: { domain, name, issuer, kid, audience, publicKey, active: !inactive } },
  )) as { createConsumer: { consumer: Consumer } }
  print({ ...payload.consumer, ...(made ? { privateKeyFile: made.privateKeyFile } : {}) }, [
    `Registered ${name} (id ${payload.consumer.id}) in ${domain}; the "iss" of its tokens is ${payload.consumer.issuer}.`,
    ...(made ? [`Its private key is in ${made.privateKeyFile}, readable by you alone.`] : []),
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
        consumers(domain: $domain, first: 100, after: $after) { nodes { ${fields} } pageInfo { hasNextPage endCursor } }
      }`,
      { domain, after },
    )) as { consumers: { nodes: Consumer[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } }
    all.push(...consumers.nodes)
    if (!consumers.pageInfo.hasNextPage) return all
    after = consumers.pageInfo.endCursor
  }
}
