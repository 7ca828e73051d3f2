import { resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const root = fileURLToPath(new URL('../../', import.meta.url))

interface Shared {
  store: string
  by: string | null
}
export type PublishCommand =
  | (Shared & {
      command: 'publish'
      name: string
      urls: string[] | null
      usage: string | null
      days: number
    })
  | (Shared & { command: 'rollback'; to: number | null; isList: boolean })

export const help = `Usage: npx nx run NAME:publish [--url URL …] [--usage FILE] [--days N] [--store FOLDER]
       npx nx run gateway:rollback [--to N | --list] [--store FOLDER]

Publishes the schema and addresses of one subgraph into the store of supergraphs, or makes an earlier supergraph current.
--store FOLDER  the store (SUPERGRAPH_STORE, or .commonchart/supergraphs); gateways follow its supergraph.graphql
--url URL       where the subgraph answers; several, or several by commas; without it as published before
--usage FILE    what \`chart usage export\` wrote; see nx run gateway:check --args=--help`

/** Reads a command line, which begins with the command. Throws `TypeError` with one sentence when it is none. */
export function readCommand(
  parameters: string[],
  environment: Record<string, string | undefined>,
): PublishCommand {
  const { values, positionals } = parseArgs({
    args: parameters,
    allowPositionals: true,
    options: {
      store: { type: 'string' },
      url: { type: 'string', multiple: true },
      usage: { type: 'string' },
      days: { type: 'string' },
      to: { type: 'string' },
      list: { type: 'boolean' },
    },
  })
  const [command, name, ...rest] = positionals
  const store = resolve(root, values.store ?? environment.SUPERGRAPH_STORE ?? '.commonchart/supergraphs')
  const by = environment.PUBLISHED_BY || environment.USER || null
  if (command === 'rollback' && name === undefined)
    return { command, store, by, to: readNumber('--to', values.to), isList: values.list ?? false }
  if (command !== 'publish' || name === undefined || rest.length > 0) throw new TypeError(help)
  const urls = values.url?.flatMap((each) => each.split(',')).map(readUrl) ?? null
  const days = readNumber('--days', values.days) ?? 90
  return { command, name, store, by, urls, usage: values.usage ?? null, days }
}

function readNumber(name: string, text: string | undefined): number | null {
  if (text === undefined) return null
  const number = Number(text)
  if (!Number.isInteger(number) || number < 1) throw new TypeError(`${name} is a whole number from 1 on`)
  return number
}

/** Addresses stand in a file that others read: what has a password in it is refused. */
function readUrl(text: string): string {
  const url = URL.canParse(text.trim()) ? new URL(text.trim()) : null
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new TypeError(`${text} is no address: http:// or https://, without name and password`)
  return url.href
}
