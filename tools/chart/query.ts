import { randomUUID } from 'node:crypto'
import type { Command } from 'commander'
import { postGraph, Refused } from '../environment/graph.ts'
import { UsageError, type Io } from './io.ts'
import { readText } from './key-file.ts'
import { readSettings, type Settings } from './settings.ts'
import { addSigningOptions, signAsConsumer, type SigningOptions } from './token.ts'

interface QueryOptions extends SigningOptions {
  file?: string
  variables?: string
  host?: string
  domain?: string
  settings?: boolean
  operator?: boolean
  language?: string
}

/** Adds `query`. */
export function addQueryCommand(program: Command, io: Io): void {
  addSigningOptions(
    program
      .command('query')
      .argument('[query]', 'GraphQL; from standard input when it is - or absent and there is no --file')
      .description('ask a graph and print the answer')
      .option('--file <file>', 'the GraphQL is in a file')
      .option('--variables <json>', 'the variables, as a JSON object')
      .option('--domain <name>', 'the domain that is asked; its host name is looked up with the operator key')
      .option('--host <host>', 'the host name of the domain, when it is not that of the gateway')
      .option('--settings', 'ask the settings graph, as the support account of --domain')
      .option('--operator', "ask the operator's graph")
      .option('--language <language>', 'en or fr'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ chart query '{ patients(first: 3) { nodes { id lastName } } }'
  $ chart query --file visits.graphql --variables '{"id":"12"}' --issuer portal --key portal.pem --domain north
  $ chart query --settings --domain north '{ consumers { nodes { name issuer } } }'`,
    )
    .action(async (query: string | undefined, options: QueryOptions, command: Command) => {
      const settings = readSettings(command, io)
      const text = options.file
        ? readText(options.file)
        : query && query !== '-'
          ? query
          : await io.readInput()
      const variables = readVariables(options.variables)
      if (options.operator) {
        const data = await settings.askOperator(text, variables)
        return settings.print({ data }, JSON.stringify({ data }, null, 2))
      }
      const { status, ...answer } = await postGraph(await createAddress(settings, options), text, variables)
      settings.print(answer, JSON.stringify(answer, null, 2))
      if (answer.errors?.length || status >= 400)
        throw new Refused(answer.errors ?? [{ message: `The gateway answered ${status}.` }])
    })
}

async function createAddress(
  settings: Settings,
  options: QueryOptions,
): Promise<Parameters<typeof postGraph>[0]> {
  const demo = settings.state?.demo?.domain
  const other = options.domain !== undefined && options.domain !== demo
  const host = options.host ?? (other && options.domain ? await settings.findHost(options.domain) : undefined)
  const headers = {
    'idempotency-key': randomUUID(),
    ...(options.language ? { language: options.language } : {}),
  }
  if (!options.settings)
    return { url: `${settings.gateway}/graphql`, host, headers, token: signAsConsumer(settings, options) }
  const domain = options.domain ?? demo
  if (!domain) throw new UsageError('--settings goes with --domain.')
  const person = { domain, subject: 'support', name: 'Support', role: 'support' as const }
  return { ...settings.settingsAddress(person, host), headers }
}

function readVariables(text: string | undefined): Record<string, unknown> {
  if (text === undefined) return {}
  try {
    const value: unknown = JSON.parse(text)
    if (value !== null && typeof value === 'object' && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (error) {
    throw new UsageError(`--variables is not JSON: ${(error as Error).message}`)
  }
  throw new UsageError('--variables is a JSON object.')
}
