import { parseArgs } from 'node:util'

export interface CheckOptions {
  /** The file that `chart usage export` wrote. */
  usage: string | null
  days: number
  accept: string[]
  reason: string | undefined
  /** The store of what is published, to compare with in place of what was released. */
  store: string | null
  help: boolean
}

export const help = `Usage: npx nx run gateway:check [--usage FILE] [--days N] [--store FOLDER] [--accept COORDINATE … --reason TEXT]

Composes the subgraphs, compares the API with the one released last, and holds the schema to its rules.
--usage FILE   what \`chart usage export\` wrote: a breaking change passes when no consumer used what it takes away
--days N       how far back use counts (90)
--store FOLDER compares with what is published there (SUPERGRAPH_STORE), and says which subgraph can be published as it is
--accept C     puts the breaking changes of an element on the list of those that are wanted (apps/gateway/accepted-changes.json)`

/** Reads the command line of the check. Throws `TypeError` on an option that it does not know. */
export function readOptions(
  parameters: string[],
  environment: Record<string, string | undefined>,
): CheckOptions {
  const { values } = parseArgs({
    args: parameters,
    options: {
      usage: { type: 'string' },
      days: { type: 'string' },
      accept: { type: 'string', multiple: true },
      reason: { type: 'string' },
      store: { type: 'string' },
      help: { type: 'boolean', short: 'h' },
    },
  })
  const days = Number(values.days ?? 90)
  if (!Number.isInteger(days) || days < 1) throw new TypeError('--days is a whole number of days')
  const { usage = null, accept = [], reason, help: isHelp = false } = values
  const store = values.store ?? environment.SUPERGRAPH_STORE ?? null
  return { usage, days, accept, reason, store, help: isHelp }
}
