import type { Command } from 'commander'
import { askEvents, subscriptionFields, type Subscription } from './event-fields.ts'
import { UsageError, type Io } from './io.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

/** Adds `events secrets list`, `add` and `remove`. */
export function addEventSecretCommands(events: Command, io: Io): void {
  const secrets = events
    .command('secrets')
    .description('the secrets that sign what a subscription is sent: two at most, so that they rotate')
  secrets
    .command('list')
    .argument('<id>', 'the subscription')
    .description('since when there are which, by their last four characters')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart events secrets list 3 --domain north')
    .action(async (id: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { eventSubscription: found } = (await askOperator(
        `query ($id: ID!, $domain: String!) { eventSubscription(id: $id, domain: $domain) { ${subscriptionFields} } }`,
        { id, domain },
      )) as { eventSubscription: Subscription | null }
      if (!found)
        throw new UsageError(`There is no subscription ${id}: "chart events list" shows those there are.`)
      const rows = found.secrets.map(({ id, createdAt, lastFour }) => [id, createdAt, `…${lastFour}`])
      print(found.secrets, formatTable(['ID', 'MADE', 'ENDS IN'], rows))
    })
  secrets
    .command('add')
    .argument('<id>', 'the subscription')
    .description('make a second secret; it is printed this once')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart events secrets add 3 --domain north')
    .action(async (id: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const made = await askEvents(askOperator, 'addEventSubscriptionSecret', { domain, id }, 'secret')
      print(made, `The new secret, which is shown this once: ${made.secret}`)
    })
  secrets
    .command('remove')
    .argument('<id>', 'the subscription')
    .argument('<secret>', 'the id of the secret')
    .description('no longer sign with a secret')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart events secrets remove 3 7 --domain north')
    .action(async (id: string, secretId: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const input = { domain, id, secretId }
      const { subscription } = await askEvents(askOperator, 'removeEventSubscriptionSecret', input)
      print(
        subscription.secrets,
        `${subscription.name} is signed with ${subscription.secrets.length} secret(s).`,
      )
    })
}
