import type { Command } from 'commander'
import { UsageError, type Io } from './io.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'

interface Delivery {
  id: string
  eventId: string
  sequence: string | null
  topic: string
  patientId: string | null
  recordId: string | null
  status: string
  nextAttemptAt: string | null
  createdAt: string
  deliveredAt: string | null
  isResend: boolean
  attempts: { at: string; durationMs: number; status: number | null; error: string | null }[]
}

const deliveryFields = `id eventId sequence topic patientId recordId status nextAttemptAt createdAt deliveredAt isResend
  attempts { at durationMs status error }`

interface ResendOptions {
  domain: string
  event?: string
  from?: string
  to?: string
  since?: string
}

interface ListOptions {
  domain: string
  status?: string
  topic?: string
  patient?: string
  first: string
}

/** Adds `events test`, `resend` and `deliveries`. */
export function addDeliveryCommands(events: Command, io: Io): void {
  events
    .command('test')
    .argument('<id>', 'the subscription')
    .description('send a test event, and say what the receiver answered')
    .requiredOption('--domain <name>', 'the domain')
    .addHelpText('after', '\nExample:\n  $ chart events test 3 --domain north')
    .action(async (id: string, { domain }: { domain: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { sendTestEvent } = (await askOperator(
        `mutation ($input: SendTestEventInput!) { sendTestEvent(input: $input) { delivery { ${deliveryFields} } } }`,
        { input: { domain, id } },
      )) as { sendTestEvent: { delivery: Delivery } }
      const { delivery } = sendTestEvent
      print(delivery, `${delivery.status.toLowerCase()}: ${describeLast(delivery)}`)
    })
  events
    .command('resend')
    .argument('<id>', 'the subscription')
    .description('deliver events again: one, a range of places in the log, or all from one on')
    .requiredOption('--domain <name>', 'the domain')
    .option('--event <id>', 'this event')
    .option('--from <sequence>', 'the first place of a range')
    .option('--to <sequence>', 'the last place of a range')
    .option('--since <sequence>', 'all from this place on')
    .addHelpText('after', '\nExample:\n  $ chart events resend 3 --domain north --since 1200')
    .action(async (id: string, options: ResendOptions, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { domain, event: eventId, from: fromSequence, to: toSequence, since: sinceSequence } = options
      if ([eventId, fromSequence ?? toSequence, sinceSequence].filter(Boolean).length !== 1)
        throw new UsageError('Give one: --event, --from with --to, or --since.')
      const { resendEvents } = (await askOperator(
        'mutation ($input: ResendEventsInput!) { resendEvents(input: $input) { queued } }',
        { input: { domain, id, eventId, fromSequence, toSequence, sinceSequence } },
      )) as { resendEvents: { queued: number } }
      print(resendEvents, `${resendEvents.queued} event(s) will be delivered again.`)
    })
  events
    .command('deliveries')
    .argument('<id>', 'the subscription')
    .description('what was delivered, and what was tried, newest first')
    .requiredOption('--domain <name>', 'the domain')
    .option('--status <status>', 'only those that are waiting, retrying, delivered or failed')
    .option('--topic <topic>', 'only those of this topic')
    .option('--patient <id>', 'only those about this patient')
    .option('--first <count>', 'how many, at most 100', '20')
    .addHelpText('after', '\nExample:\n  $ chart events deliveries 3 --domain north --status failed')
    .action(async (id: string, options: ListOptions, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { domain, topic, patient, status } = options
      const variables = {
        id,
        domain,
        topic,
        patient,
        status: status?.toUpperCase(),
        first: Number(options.first),
      }
      const { eventDeliveries } = (await askOperator(
        `query ($id: ID!, $domain: String!, $status: EventDeliveryStatusEnum, $topic: String, $patient: ID, $first: Int) {
          eventDeliveries(subscriptionId: $id, domain: $domain, status: $status, topic: $topic, patientId: $patient,
            first: $first) { nodes { ${deliveryFields} } } }`,
        variables,
      )) as { eventDeliveries: { nodes: Delivery[] } }
      const { nodes } = eventDeliveries
      const rows = nodes.map((each) => [
        ...[each.sequence ?? 'test', each.createdAt, each.topic, each.patientId ?? '', each.recordId ?? ''],
        ...[each.status.toLowerCase(), String(each.attempts.length), describeLast(each), each.eventId],
      ])
      const headings = [
        'SEQUENCE',
        'TAKEN UP',
        'TOPIC',
        'PATIENT',
        'RECORD',
        'STATUS',
        'TRIED',
        'LAST',
        'EVENT',
      ]
      print(nodes, formatTable(headings, rows))
    })
}

/** What came of the last attempt. */
function describeLast({ attempts }: Delivery): string {
  const last = attempts.at(-1)
  if (!last) return 'not tried yet'
  return [last.status, last.error, `${last.durationMs} ms`].filter((each) => each !== null).join(' ')
}
