import { InvalidArgumentError, type Command } from 'commander'
import { listDomains } from './domain.ts'
import type { Io } from './io.ts'
import { readSettings, type Settings } from './settings.ts'

/** As long as use is on record. */
const mostDays = 90

interface UsagePage {
  nodes: {
    element: string
    consumer: { id: string; name: string }
    graph: string
    requests: number
    lastUsedAt: string
  }[]
  pageInfo: { hasNextPage: boolean; endCursor: string | null }
  recordedSince: string | null
}

/** Adds `usage export`. */
export function addUsageCommands(program: Command, io: Io): void {
  const usage = program.command('usage').description('what programs use of the API: names, never data')
  usage
    .command('export')
    .description(
      'every field, argument, input field and enum value that programs used, one JSON object a line',
    )
    .option('--domain <name>', 'the programs of this domain; without it, of all')
    .option('--days <number>', `how many days back, 1 to ${mostDays}`, readDays, mostDays)
    .addHelpText(
      'after',
      `
A line: {"domain":"north","consumer":{"id":"3","name":"Portal"},"graph":"ENTERPRISE","element":"Patient.email","requests":431,"lastUsedAt":"2026-11-20T10:11:12.130Z"}
Elements are schema coordinates: Type.field, Type.field(argument:), Input.field, Enum.VALUE. What has no line was not used.

Examples:
  $ chart usage export > usage.ndjson
  $ chart usage export --domain north --days 30`,
    )
    .action(async ({ domain, days }: { domain?: string; days: number }, command: Command) => {
      const { askOperator } = readSettings(command, io)
      const domains = domain ? [domain] : (await listDomains(askOperator)).map(({ name }) => name)
      for (const name of domains) await exportUsage(name, days, { askOperator, io })
    })
}

/** Writes a domain's lines page by page, and says what the time is of which nothing is known. */
async function exportUsage(
  domain: string,
  days: number,
  { askOperator, io }: { askOperator: Settings['askOperator']; io: Io },
): Promise<void> {
  for (let after: string | null = null; ;) {
    const { elementUsage } = (await askOperator(
      `query ($domain: String!, $days: Int!, $after: String) {
        elementUsage(domain: $domain, days: $days, first: 100, after: $after) {
          nodes { element consumer { id name } graph requests lastUsedAt }
          pageInfo { hasNextPage endCursor }
          recordedSince
        }
      }`,
      { domain, days, after },
    )) as { elementUsage: UsagePage }
    const { nodes, pageInfo, recordedSince } = elementUsage
    if (after === null) tellKnownTime(domain, recordedSince, days, io)
    for (const { consumer, graph, element, requests, lastUsedAt } of nodes)
      io.out.write(`${JSON.stringify({ domain, consumer, graph, element, requests, lastUsedAt })}\n`)
    if (!pageInfo.hasNextPage) return
    after = pageInfo.endCursor
  }
}

/** Beside the lines, for a person: what is not used since yesterday may have been used before. */
function tellKnownTime(domain: string, since: string | null, days: number, io: Io): void {
  if (since === null) io.err.write(`${domain}: no use is on record in ${days} days.\n`)
  else if (Date.now() - Date.parse(since) < (days - 1) * 86_400_000)
    io.err.write(`${domain}: use is on record since ${since.slice(0, 10)} only.\n`)
}

function readDays(text: string): number {
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= mostDays) return days
  throw new InvalidArgumentError(`It is 1 to ${mostDays}.`)
}
