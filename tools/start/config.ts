import { parseArgs } from 'node:util'
import { subgraphs, type Subgraph } from '../environment/service-keys.ts'
import { StartError } from './start-error.ts'

/** What `npm start` was asked to do. */
export interface StartConfig {
  reset: boolean
  home: string
  ports: Record<'gateway' | 'operator' | 'console' | 'console-operator' | Subgraph, number>
  /** Addresses, as an owner, of databases that replace the embedded server's. */
  databaseUrls: Partial<Record<Subgraph | 'console', string>>
  demo: boolean
  /** Where the gateway tells its metrics, the other services on the ports behind it; null where nobody asks. */
  metricsPort: number | null
}

export const help = `npm start -- [--reset] [--no-demo] [--home FOLDER]

Starts Commonchart with everything it needs: PostgreSQL, three subgraphs, the gateway, the console, and a demo domain.

  --reset        begin anew: all data and keys of the folder are removed first
  --no-demo      without the demo domain
  --home FOLDER  where data, keys and logs are kept (.commonchart)

Environment: PORT (4000), OPERATOR_PORT (4001), CONSOLE_PORT (4002), CONSOLE_OPERATOR_PORT (4003), PATIENTS_PORT (4101),
APPOINTMENTS_PORT (4102), CONSUMERS_AUDIT_PORT (4103); PATIENTS_DATABASE_URL, APPOINTMENTS_DATABASE_URL,
CONSUMERS_AUDIT_DATABASE_URL, CONSOLE_DATABASE_URL (as a user who may create roles) put databases of your own in place of
the embedded PostgreSQL. METRICS_PORT is where the gateway tells its metrics; patients, appointments, consumers-audit and the
console follow on the next four ports.
`

/** The variables that name the ports. */
export const portNames = [
  'PORT',
  'OPERATOR_PORT',
  'CONSOLE_PORT',
  'CONSOLE_OPERATOR_PORT',
  'PATIENTS_PORT',
  'APPOINTMENTS_PORT',
  'CONSUMERS_AUDIT_PORT',
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
  for (const name of [...subgraphs, 'console'] as const) {
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
      patients: readPort('PATIENTS_PORT', 4101),
      appointments: readPort('APPOINTMENTS_PORT', 4102),
      'consumers-audit': readPort('CONSUMERS_AUDIT_PORT', 4103),
    },
    databaseUrls,
    demo: values.demo ?? true,
    metricsPort: environment.METRICS_PORT ? readPort('METRICS_PORT', 0) : null,
  }
  if (wrong.length > 0) throw new StartError(wrong.join('; '))
  return values.help ? null : config
}

/** A service's name as it stands in names of environment variables. */
export function toVariable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
