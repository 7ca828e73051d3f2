import type { Command } from 'commander'
import { changeConsumer, keyFields, readOption, readTime, type ConsumerKey } from './consumer-fields.ts'
import { UsageError, type Io } from './io.ts'
import { registerKey } from './key-file.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface TimeOptions {
  domain: string
  kid?: string | false
  notBefore?: string | false
  retireAt?: string | false
}

interface AddOptions extends TimeOptions {
  publicKey?: string
  keyOut?: string
  force?: boolean
}

const selection = `consumer { id name } key { ${keyFields} }`

/** Adds `consumer key add`, `list`, `update` and `retire`. */
export function addConsumerKeyCommands(consumer: Command, io: Io): void {
  const keys = consumer
    .command('key')
    .description('the public keys of a program: add one, sign with it, retire the old one')
  addAdd(keys, io)
  keys
    .command('list')
    .argument('<id>', 'the program')
    .description('the keys of a program, oldest first')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart consumer key list 12 --domain north')
    .action(async (id: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { consumer: found } = (await askOperator(
        `query ($domain: String!, $id: ID!) { consumer(domain: $domain, id: $id) { keys { ${keyFields} } } }`,
        { domain, id },
      )) as { consumer: { keys: ConsumerKey[] } | null }
      if (!found) throw new UsageError(`There is no program ${id} in ${domain}.`)
      const rows = found.keys.map((key) => [
        ...[key.id, key.kid ?? '', key.retired ? 'retired' : 'registered', key.notBefore ?? ''],
        ...[key.retireAt ?? '', key.lastUsedAt ?? 'never', key.thumbprint],
      ])
      const headings = ['ID', 'KID', 'STATE', 'NOT BEFORE', 'RETIRES', 'LAST USED', 'THUMBPRINT']
      print(found.keys, formatTable(headings, rows))
    })
  addUpdate(keys, io)
  keys
    .command('retire')
    .argument('<id>', 'the program')
    .argument('<key-id>', 'the key')
    .description('refuse tokens signed with a key from now on; it cannot come back')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart consumer key retire 12 31 --domain north')
    .action(async (id: string, keyId: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { key } = await changeConsumer(askOperator, 'retireConsumerKey', { domain, id, keyId }, selection)
      print(key, `The key ${key.id} is retired: every gateway refuses it within a second.`)
    })
}

function addAdd(keys: Command, io: Io): void {
  keys
    .command('add')
    .argument('<id>', 'the program')
    .description('register one more key; the others are accepted as before')
    .requiredOption('--domain <name>', 'the domain')
    .option('--public-key <file>', 'the public RSA key as PEM; without it, a key is made')
    .option('--key-out <file>', 'where a key that is made goes')
    .option('--kid <kid>', 'the "kid" by which tokens select the key')
    .option('--not-before <time>', 'from when on it is accepted; at once by default')
    .option('--retire-at <time>', 'when it ceases to be accepted by itself')
    .option('--force', 'replace a key file that is there')
    .addHelpText(
      'after',
      `
Examples:
  $ chart consumer key add 12 --domain north --key-out portal-2027.pem
  $ chart consumer key add 12 --domain north --public-key next.pem.pub --not-before 2027-01-01T00:00:00Z`,
    )
    .action(async (id: string, options: AddOptions, command: Command) => {
      const { askOperator, home, print } = readSettings(command, io)
      const { domain } = options
      const input = { domain, id, ...readTimes(options) }
      const {
        made: { consumer, key },
        privateKeyFile,
      } = await registerKey(options, { home, domain, name: `key-of-${id}` }, (publicKey) =>
        changeConsumer(askOperator, 'addConsumerKey', { ...input, publicKey }, selection),
      )
      print({ ...key, ...(privateKeyFile ? { privateKeyFile } : {}) }, [
        `${consumer.name} has the new key ${key.id}; its thumbprint is ${key.thumbprint}.`,
        ...(privateKeyFile ? [`The private key is in ${privateKeyFile}, readable by you alone.`] : []),
      ])
    })
}

function addUpdate(keys: Command, io: Io): void {
  keys
    .command('update')
    .argument('<id>', 'the program')
    .argument('<key-id>', 'the key')
    .description('change the "kid" of a key, or when it is accepted')
    .requiredOption('--domain <name>', 'the domain')
    .option('--kid <kid>', 'the "kid" by which tokens select the key')
    .option('--no-kid', 'it is tried whatever "kid" a token bears')
    .option('--not-before <time>', 'from when on it is accepted')
    .option('--no-not-before', 'it is accepted at once')
    .option('--retire-at <time>', 'when it ceases to be accepted by itself')
    .option('--no-retire-at', 'it does not retire by itself')
    .addHelpText(
      'after',
      '\nExample:\n  $ chart consumer key update 12 31 --domain north --retire-at 2027-02-01T00:00:00Z',
    )
    .action(async (id: string, keyId: string, options: TimeOptions, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const changes = readTimes(options)
      if (Object.values(changes).every((value) => value === undefined))
        throw new UsageError('Say what is to change: "chart consumer key update --help" lists it.')
      const input = { domain: options.domain, id, keyId, ...changes }
      const { key } = await changeConsumer(askOperator, 'updateConsumerKey', input, selection)
      print(
        key,
        `The key ${key.id} is accepted from ${key.notBefore ?? 'now on'} until ${key.retireAt ?? 'it is retired'}.`,
      )
    })
}

function readTimes({ kid, notBefore, retireAt }: TimeOptions) {
  return {
    kid: readOption(kid, (text) => text),
    notBefore: readOption(notBefore, (text) => readTime(text, '--not-before')),
    retireAt: readOption(retireAt, (text) => readTime(text, '--retire-at')),
  }
}
