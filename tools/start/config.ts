import { parseArgs } from 'node:util'
import { listSubgraphs, subgraphNames, toVariable } from '@commonchart/subgraph-list'
import { StartError } from './start-error.ts'

/** What `npm start` was asked to do. */
export interface StartConfig {
  reset: boolean
  home: string
  /** By service; each subgraph has its own, too. */
  ports: Record<'gateway' | 'operator' | 'console' | 'console-operator', number> & Record<string, number>
  /** Addresses, as an owner, of databases that replace the embedded server's. */
  databaseUrls: Record<string, string>
  demo: boolean
  /** Where the gateway tells its metrics, the other services on the ports behind it; null where nobody asks. */
  metricsPort: number | null
}

const subgraphs = listSubgraphs()

export const help = `npm start -- [--reset] [--no-demo] [--home FOLDER]

Starts Commonchart with everything it needs: PostgreSQL, the subgraphs, the gateway, the console, and a demo domain.

  --reset        begin anew: all data and keys of the folder are removed first
  --no-demo      without the demo domain
  --home FOLDER  where data, keys and logs are kept (.commonchart)

Environment: PORT (4000), OPERATOR_PORT (4001), CONSOLE_PORT (4002), CONSOLE_OPERATOR_PORT (4003),
${subgraphs.map(({ name, port }) => `${toVariable(name)}_PORT (${port})`).join(', ')};
${[...subgraphNames, 'console'].map((name) => `${toVariable(name)}_DATABASE_URL`).join(', ')}
(as a user who may create roles) put databases of your own in place of the embedded PostgreSQL.
METRICS_PORT is where the gateway tells its metrics; ${subgraphNames.join(', ')} and the console follow on the next ports.
`

/** The variables that name the ports. */
export const portNames = [
  'PORT',
  'OPERATOR_PORT',
  'CONSOLE_PORT',
  'CONSOLE_OPERATOR_PORT',
  ...subgraphNames.map((name) => `${toVariable(name)}_PORT`),
]

type Environment = Record<string, string | undefined>

/** Reads arguments and environment. Throws `StartError` that names everything that is wrong. Gives null for --help. */
export function readStartConfig(args: string[], environment: Environment): StartConfig | null {
  const wrong: string[] = []
  const readPort = (name: string, usual: number): number => {
    const value = environment[name]
    const port = value ? Number(value) : usual
    if (!Number.isInteger(port) || port < 1 || port > 65_535)
      wrong.push(`${name} is not a port number: ${value}`)
    return port
  }
  let values: { reset?: boolean; demo?: boolean; home?: string; help?: boolean } = {}
  try {
    values = parseArgs({
      args,
      allowNegative: true,
      options: {
        reset: { type: 'boolean' },
        demo: { type: 'boolean' },
        home: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    }).values
  } catch (error) {
    wrong.push((error as Error).message)
  }
  const databaseUrls: StartConfig['databaseUrls'] = {}
  for (const name of [...subgraphNames, 'console']) {
    const variable = `${toVariable(name)}_DATABASE_URL`
    const url = environment[variable]
    if (!url) continue
    if (!/^postgres(ql)?:\/\//.test(url)) wrong.push(`${variable} is not a postgres:// address`)
    databaseUrls[name] = url
  }
  const config: StartConfig = {
    reset: values.reset ?? false,
    home: values.home ?? environment.COMMONCHART_HOME ?? '.commonchart',
    ports: {
      gateway: readPort('PORT', 4000),
      operator: readPort('OPERATOR_PORT', 4001),
      console: readPort('CONSOLE_PORT', 4002),
      'console-operator': readPort('CONSOLE_OPERATOR_PORT', 4003),
      ...Object.fromEntries(
        subgraphs.map(({ name, port }) => [name, readPort(`${toVariable(name)}_PORT`, port)]),
      ),
    },
    databaseUrls,
    demo: values.demo ?? true,
    metricsPort: environment.METRICS_PORT ? readPort('METRICS_PORT', 0) : null,
  }
  if (wrong.length > 0) throw new StartError(wrong.join('; '))
  return values.help ? null : config
}
