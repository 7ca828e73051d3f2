import { readTelemetryConfig, type TelemetryConfig } from '@commonchart/telemetry'

/** What the console is configured with, from its environment. */
export interface ConsoleConfig {
  host: string
  port: number
  /** Where it is reached by people of domains, without a path: links lead there, and other origins are refused. */
  url: string
  operatorHost: string
  operatorPort: number
  operatorUrl: string
  databaseUrl: string
  /** Where the gateway answers, without a path. */
  gatewayUrl: string
  /** Where programs reach the gateway, with `{host}` in place of a domain's host name; the code that pages show names it. */
  apiUrl: string
  /** The address of the operator's graph. */
  operatorGraphUrl: string
  /** File of the key that signs for the people of domains. */
  consoleKey: string
  /** File of the key that signs for operators. */
  operatorKey: string
  /** File of the secret that cookies are signed with. */
  sessionSecret: string
  /** Where the links of a first start are written; without it there are none. */
  firstLinks: string | null
  /** The domains whose first support account gets a link at the first start. */
  firstDomains: string[]
  /** Whether a proxy before it ends TLS and says the client's address as the last of `x-forwarded-for`. */
  behindTls: boolean
  /** The mail server that invitations go out by, and the address they come from; null where there is none. */
  mail: { url: string; from: string } | null
  logLevel: string
  telemetry: TelemetryConfig
}

type Environment = Record<string, string | undefined>

/** Names everything that is wrong with an environment, at once. */
export class BadConfiguration extends Error {
  readonly problems: string[]
  constructor(problems: string[]) {
    super(`the console cannot start: ${problems.join('; ')}`)
    this.name = 'BadConfiguration'
    this.problems = problems
  }
}

/** Turns the environment into the console's configuration. Throws `BadConfiguration` that names all that is wrong. */
export function readConfig(environment: Environment): ConsoleConfig {
  const problems: string[] = []
  const need = (name: string, meaning: string): string => {
    const value = environment[name]
    if (!value) problems.push(`${name} is missing (${meaning})`)
    return value ?? ''
  }
  const needPort = (name: string): number => {
    const port = Number(need(name, 'the port to listen on'))
    if (!Number.isInteger(port) || port < 0 || port > 65_535) problems.push(`${name} is no port`)
    return port
  }
  const needAddress = (name: string, meaning: string): string => {
    const value = need(name, meaning)
    if (value && !(URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)))
      problems.push(`${name} is no address`)
    return value
  }
  const needOrigin = (name: string, meaning: string): string => {
    const value = need(name, meaning)
    if (value && (!URL.canParse(value) || new URL(value).origin !== value))
      problems.push(`${name} is no address without a path, such as https://console.example.org`)
    return value
  }
  const config: ConsoleConfig = {
    host: environment.HOST || '127.0.0.1',
    port: needPort('PORT'),
    url: needOrigin('PUBLIC_URL', 'where people reach the console'),
    operatorHost: environment.OPERATOR_HOST || '127.0.0.1',
    operatorPort: needPort('OPERATOR_PORT'),
    operatorUrl: needOrigin('OPERATOR_PUBLIC_URL', 'where operators reach the console'),
    databaseUrl: need('DATABASE_URL', 'the console’s own database, as its own role'),
    gatewayUrl: needOrigin('GATEWAY_URL', 'where the gateway answers'),
    apiUrl: environment.API_URL || guessApiUrl(environment.GATEWAY_URL ?? ''),
    operatorGraphUrl: needAddress('OPERATOR_GRAPH_URL', 'the address of the operator’s graph'),
    consoleKey: need('CONSOLE_KEY', 'file of the key that signs for people'),
    operatorKey: need('OPERATOR_KEY', 'file of the key that signs for operators'),
    sessionSecret: need('SESSION_SECRET', 'file of the secret that cookies are signed with'),
    firstLinks: environment.FIRST_LINKS || null,
    firstDomains: (environment.FIRST_DOMAINS ?? '').split(',').filter((name) => name !== ''),
    behindTls: environment.BEHIND_TLS === '1',
    mail: readMail(environment, problems),
    logLevel: environment.LOG_LEVEL || 'info',
    telemetry: readTelemetryConfig(environment, problems),
  }
  for (const [name, host] of [
    ['HOST', config.host],
    ['OPERATOR_HOST', config.operatorHost],
  ] as const)
    if (!config.behindTls && !/^(localhost|::1|127(\.\d+){3})$/.test(host))
      problems.push(
        `${name} is ${host}, which others can reach without TLS: set BEHIND_TLS=1 where a proxy ends it`,
      )
  if (problems.length > 0) throw new BadConfiguration(problems)
  return config
}

/** A gateway on this machine is reached as it is; another stands behind TLS, at the domains' own names. */
function guessApiUrl(gatewayUrl: string): string {
  const { hostname, port } = new URL(URL.canParse(gatewayUrl) ? gatewayUrl : 'http://unknown')
  return /^(localhost|127\..*)$/.test(hostname) ? `http://{host}:${port || 80}` : 'https://{host}'
}

/** Mail is sent where a server is named; its address is not repeated in what is said, as it may hold a password. */
function readMail(environment: Environment, problems: string[]): ConsoleConfig['mail'] {
  const { SMTP_URL: url, SMTP_FROM: from } = environment
  if (!url) {
    if (from) problems.push('SMTP_URL is missing (the mail server, where SMTP_FROM is given)')
    return null
  }
  if (!URL.canParse(url) || !/^smtps?:$/.test(new URL(url).protocol))
    problems.push('SMTP_URL is no address such as smtps://user:password@mail.example.org')
  if (!from) problems.push('SMTP_FROM is missing (the address that mails come from)')
  return { url, from: from ?? '' }
}
