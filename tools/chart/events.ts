import type { Command } from 'commander'
import { addDeliveryCommands } from './event-deliveries.ts'
import { askEvents, subscriptionFields, type Subscription } from './event-fields.ts'
import { addEventSecretCommands } from './event-secrets.ts'
import type { Io } from './io.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface CreateOptions {
  domain: string
  consumer: string
  url: string
  topic: string[]
  paused?: boolean
}

/** Adds `events` and all below it; here `list`, `create`, `pause`, `resume` and `deactivate`. */
export function addEventCommands(program: Command, io: Io): void {
  const events = program.command('events').description('what programs are told of as it happens')
  events
    .command('list')
    .description('the event subscriptions of a domain, and how it stands with each')
    .requiredOption('--domain <name>', 'the domain')
    .option('--consumer <id>', 'only those of this program')
    .addHelpText('after', '\nExample:\n  $ chart events list --domain north')
    .action(async ({ domain, consumer }: { domain: string; consumer?: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { eventSubscriptions: all } = (await askOperator(
        `query ($domain: String!, $consumer: ID) {
          eventSubscriptions(domain: $domain, consumerId: $consumer) { ${subscriptionFields} } }`,
        { domain, consumer },
      )) as { eventSubscriptions: Subscription[] }
      const rows = all.map(({ id, name, consumer, state, waiting, lastDeliveredAt, url }) => [
        ...[id, name, consumer.name ?? consumer.id, state.toLowerCase(), String(waiting)],
        ...[lastDeliveredAt ?? 'never', url],
      ])
      const headings = ['ID', 'NAME', 'PROGRAM', 'STATE', 'WAITING', 'LAST DELIVERED', 'URL']
      const reasons = all.flatMap(({ id, stateReason }) => (stateReason ? [`${id}: ${stateReason}`] : []))
      print(all, [...formatTable(headings, rows), ...reasons])
    })
  events
    .command('create')
    .argument('<name>', 'what to call the subscription')
    .description('subscribe a program to events; its secret is printed this once')
    .requiredOption('--domain <name>', 'the domain')
    .requiredOption('--consumer <id>', 'the program that is told')
    .requiredOption('--url <url>', 'where the events are posted to')
    .requiredOption('--topic <topic...>', 'what it is told of, such as appointment.created')
    .option('--paused', 'nothing is sent until it is resumed')
    .addHelpText(
      'after',
      `
Example:
  $ chart events create Calendar --domain north --consumer 12 --url https://portal.example/events --topic appointment.created`,
    )
    .action(async (name: string, options: CreateOptions, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { domain, consumer: consumerId, url, topic: topics, paused } = options
      const input = { domain, consumerId, name, url, topics, active: !paused }
      const made = await askEvents(askOperator, 'createEventSubscription', input, 'secret')
      print(made, [
        `Subscribed ${made.subscription.consumer.name ?? consumerId} to ${topics.length} topic(s) as ${name} (id ${made.subscription.id}).`,
        `Its secret, which is shown this once: ${made.secret}`,
      ])
    })
  for (const [verb, description] of [
    ['pause', 'send nothing until it is resumed; what happens waits'],
    ['resume', 'go on with one that was paused or suspended, and with what waits'],
    ['deactivate', 'end a subscription for good, and forget its secrets'],
  ] as const)
    events
      .command(verb)
      .argument('<id>')
      .description(description)
      .requiredOption('--domain <name>', 'the domain')
      .addHelpText('after', `\nExample:\n  $ chart events ${verb} 3 --domain north`)
      .action(async (id: string, { domain }: { domain: string }, command: Command) => {
        const { askOperator, print } = readSettings(command, io)
        const { subscription } = await askEvents(askOperator, `${verb}EventSubscription`, { domain, id })
        print(subscription, `${subscription.name} is ${subscription.state.toLowerCase()}.`)
      })
  addEventSecretCommands(events, io)
  addDeliveryCommands(events, io)
}
