import type { Command } from 'commander'
import { changeConsumer, readOption, readTime } from './consumer-fields.ts'
import { UsageError, type Io } from './io.ts'
import { registerKey } from './key-file.ts'
import { readSettings } from './settings.ts'

interface UpdateOptions {
  domain: string
  issuer?: string
  audience?: string | false
  scope?: string[] | false
  ipRange?: string[] | false
  expiresAt?: string | false
  requestsPerMinute?: string | false
}

interface CopyOptions {
  domain: string
  issuer?: string
  publicKey?: string
  keyOut?: string
  kid?: string
  inactive?: boolean
  force?: boolean
}

/** Adds `consumer copy`, `rename` and `update`. */
export function addConsumerEdits(consumer: Command, io: Io): void {
  consumer
    .command('copy')
    .argument('<id>', 'the program whose audience and restrictions are taken over')
    .argument('<name>', 'what to call the new one')
    .description('register a program with the settings of another, and a key of its own')
    .requiredOption('--domain <name>', 'the domain')
    .option('--issuer <iss>', 'the "iss" of its tokens; its name by default')
    .option('--public-key <file>', 'its public RSA key as PEM; without it, a key is made')
    .option('--key-out <file>', 'where a key that is made goes')
    .option('--kid <kid>', 'the "kid" by which its tokens select the key')
    .option('--inactive', 'its tokens are refused until it is activated; as the other by default')
    .option('--force', 'replace a key file that is there')
    .addHelpText(
      'after',
      '\nExample:\n  $ chart consumer copy 12 "Second portal" --domain north --key-out second.pem',
    )
    .action(async (id: string, name: string, options: CopyOptions, command: Command) => {
      const { askOperator, home, print } = readSettings(command, io)
      const { domain, issuer, kid, inactive } = options
      const active = inactive ? false : undefined
      const input = { domain, id, name, issuer, kid, active }
      const {
        made: { consumer: made },
        privateKeyFile,
      } = await registerKey(options, { home, domain, name }, (publicKey) =>
        changeConsumer(askOperator, 'copyConsumer', { ...input, publicKey }),
      )
      print({ ...made, ...(privateKeyFile ? { privateKeyFile } : {}) }, [
        `Registered ${made.name} (id ${made.id}) in ${domain} with the settings of ${id}; the "iss" of its tokens is ${made.issuer}.`,
        ...(privateKeyFile ? [`Its private key is in ${privateKeyFile}, readable by you alone.`] : []),
      ])
    })
  consumer
    .command('rename')
    .argument('<id>')
    .argument('<name>', 'the new name')
    .description('give a program another name; the "iss" of its tokens stays')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart consumer rename 12 "Portal of the north" --domain north')
    .action(async (id: string, name: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { consumer: changed } = await changeConsumer(askOperator, 'updateConsumer', { domain, id, name })
      print(
        changed,
        `The program ${id} is called ${changed.name}; the "iss" of its tokens is ${changed.issuer}.`,
      )
    })
  addUpdate(consumer, io)
}

function addUpdate(consumer: Command, io: Io): void {
  consumer
    .command('update')
    .argument('<id>')
    .description('change what a program is held to; each --no- form lifts a restriction')
    .requiredOption('--domain <name>', 'the domain')
    .option('--issuer <iss>', 'the "iss" of its tokens; those with the old one are refused at once')
    .option('--audience <aud>', 'the "aud" that its tokens must carry')
    .option('--no-audience', '"aud" is not looked at')
    .option('--scope <scope...>', 'what it may do: AREA:read, AREA:write, appointments:skip-validations')
    .option('--no-scope', 'it may do everything')
    .option('--ip-range <range...>', 'the networks (CIDR) that it may be used from')
    .option('--no-ip-range', 'it may be used from anywhere')
    .option('--expires-at <time>', 'when its tokens cease to be accepted')
    .option('--no-expires-at', 'it does not expire')
    .option('--requests-per-minute <number>', 'how many requests it may make in a minute')
    .option('--no-requests-per-minute', 'it may make as many as every program')
    .addHelpText(
      'after',
      `
Examples:
  $ chart consumer update 12 --domain north --scope patients:read appointments:read --ip-range 192.0.2.0/24
  $ chart consumer update 12 --domain north --expires-at 2027-01-31T00:00:00Z --requests-per-minute 600
  $ chart consumer update 12 --domain north --no-scope --no-ip-range`,
    )
    .action(async (id: string, options: UpdateOptions, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const changes = readChanges(options)
      if (Object.values(changes).every((value) => value === undefined))
        throw new UsageError('Say what is to change: "chart consumer update --help" lists it.')
      const input = { domain: options.domain, id, ...changes }
      const { consumer: changed } = await changeConsumer(askOperator, 'updateConsumer', input)
      const { name, scopes, ipRanges, expiresAt, requestsPerMinute } = changed
      print(changed, [
        `${name} (id ${id}) may do ${scopes === null ? 'everything' : scopes.join(', ') || 'nothing'},`,
        `from ${ipRanges?.join(', ') ?? 'anywhere'}, until ${expiresAt ?? 'it is deactivated'},`,
        `${requestsPerMinute ?? 'as many as every program'} requests in a minute.`,
      ])
    })
}

function readChanges({ issuer, audience, scope, ipRange, ...more }: UpdateOptions) {
  const { expiresAt, requestsPerMinute } = more
  return {
    issuer,
    audience: readOption(audience, (text) => text),
    scopes: readOption(scope, (list) => list),
    ipRanges: readOption(ipRange, (list) => list),
    expiresAt: readOption(expiresAt, (text) => readTime(text, '--expires-at')),
    requestsPerMinute: readOption(requestsPerMinute, (text) => {
      const number = Number(text)
      if (!Number.isInteger(number)) throw new UsageError('--requests-per-minute is a whole number.')
      return number
    }),
  }
}
