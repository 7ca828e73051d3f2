import type { Command } from 'commander'
import { signConsumerToken } from '../environment/consumer-key.ts'
import { UsageError, type Io } from './io.ts'
import { readPrivateKey } from './key-file.ts'
import { readSettings, type Settings } from './settings.ts'

/** The options by which a command signs as a consumer. */
export interface SigningOptions {
  issuer?: string
  key?: string
  kid?: string
  audience?: string
  lifetime: string
}

/** Adds the options by which a command signs as a consumer. */
export function addSigningOptions(command: Command): Command {
  return command
    .option('--issuer <iss>', 'the "iss" of the token; the demo program by default')
    .option('--key <file>', "the program's private key as PEM; that of the demo program by default")
    .option('--kid <kid>', 'the "kid" of the token')
    .option('--audience <aud>', 'the "aud" of the token')
    .option('--lifetime <seconds>', 'how long it is good for, at most 900', '900')
}

/** Signs a token as a consumer, the demo program unless another is named. Throws `UsageError` when there is none. */
export function signAsConsumer(settings: Settings, options: SigningOptions): string {
  const { demo } = settings.state ?? {}
  const issuer = options.issuer ?? demo?.issuer
  const file = options.key ?? demo?.key
  if (!issuer || !file)
    throw new UsageError('There is no demo program here ("npm start" makes it): give --issuer and --key.')
  const lifetimeSeconds = Number(options.lifetime)
  if (!Number.isInteger(lifetimeSeconds) || lifetimeSeconds < 1 || lifetimeSeconds > 900)
    throw new UsageError('--lifetime is a number of seconds from 1 to 900.')
  const { kid, audience } = options
  return signConsumerToken(readPrivateKey(file), { issuer, kid, audience, lifetimeSeconds })
}

/** Adds `token` and `support token`. */
export function addTokenCommands(program: Command, io: Io): void {
  addSigningOptions(program.command('token').description('sign a token of a program, for /graphql'))
    .addHelpText(
      'after',
      `
Examples:
  $ curl -s http://localhost:4000/graphql -H "authorization: Bearer $(chart token)" …
  $ chart token --issuer portal --key portal.pem --lifetime 60`,
    )
    .action((options: SigningOptions, command: Command) => {
      const settings = readSettings(command, io)
      const token = signAsConsumer(settings, options)
      settings.print({ token }, token)
    })
  const support = program.command('support').description('the support account of a domain')
  support
    .command('token')
    .description('sign a token of the support account, for /settings/graphql; it is good for 300 s')
    .option('--domain <name>', 'the domain; the demo domain by default')
    .option('--role <role>', 'support or auditor', 'support')
    .addHelpText('after', '\nExample:\n  $ chart support token --domain north')
    .action(({ domain, role }: { domain?: string; role: string }, command: Command) => {
      const settings = readSettings(command, io)
      const name = domain ?? settings.state?.demo?.domain
      if (!name) throw new UsageError('Give --domain.')
      if (role !== 'support' && role !== 'auditor') throw new UsageError('--role is support or auditor.')
      const { token } = settings.settingsAddress(
        { domain: name, subject: role, name: role === 'support' ? 'Support' : 'Auditor', role },
        undefined,
      )
      settings.print({ token }, token)
    })
}
