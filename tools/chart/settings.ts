import type { PrivateServiceJwk } from '@commonchart/identity'
import type { Command } from 'commander'
import { findState, type EnvironmentState } from '../environment/environment-state.ts'
import { askGraph, type GraphAddress } from '../environment/graph.ts'
import { describeHome, type Home } from '../environment/home.ts'
import { signOperatorToken, signPersonToken, type Person } from '@commonchart/identity'
import { findJson } from '../environment/private-file.ts'
import { UsageError, type Io } from './io.ts'

/** The options that every command takes. */
export interface GlobalOptions {
  home?: string
  gateway?: string
  operatorUrl?: string
  json?: boolean
}

/** Where a command finds keys and graphs, and how it says what came of it. */
export interface Settings {
  home: Home
  state: EnvironmentState | undefined
  gateway: string
  json: boolean
  /** Prints the result: as JSON for programs, otherwise the lines. */
  print(result: unknown, lines: string | string[]): void
  askOperator(query: string, variables?: Record<string, unknown>): Promise<Record<string, unknown>>
  /** An export for operators, by what follows `/operator/export`. */
  operatorExport(path: string): { url: string; token: string }
  /** The settings graph of a domain, as one of its people; a new token each time. */
  settingsAddress(person: Person, host: string | undefined): GraphAddress
  /** A host name of a domain, asked of the operator's graph. */
  findHost(domain: string): Promise<string>
}

/** Reads the options of a command and of its parents. */
export function readSettings(command: Command, io: Io): Settings {
  const options = command.optsWithGlobals<GlobalOptions>()
  const home = describeHome(options.home ?? io.environment.COMMONCHART_HOME ?? '.commonchart')
  const state = findState(home)
  const gateway = (
    options.gateway ??
    io.environment.COMMONCHART_GATEWAY ??
    state?.url ??
    'http://localhost:4000'
  ).replace(/\/+$/, '')
  const operatorUrl =
    options.operatorUrl ??
    io.environment.COMMONCHART_OPERATOR_URL ??
    state?.operatorUrl ??
    'http://127.0.0.1:4001/operator/graphql'
  const json = options.json ?? false
  const askOperator: Settings['askOperator'] = (query, variables = {}) => {
    const token = signOperatorToken(readKey(home.operatorKey, 'chart operator init'))
    return askGraph({ url: operatorUrl, token }, query, variables)
  }
  return {
    home,
    state,
    gateway,
    json,
    askOperator,
    print(result, lines) {
      io.out.write(`${json ? JSON.stringify(result) : [lines].flat().join('\n')}\n`)
    },
    operatorExport: (path) => ({
      url: `${operatorUrl.replace(/\/graphql$/, '/export')}${path}`,
      token: signOperatorToken(readKey(home.operatorKey, 'chart operator init')),
    }),
    settingsAddress: (person, host) => ({
      url: `${gateway}/settings/graphql`,
      host,
      token: signPersonToken(readKey(home.consoleKey, 'npm start'), person),
    }),
    async findHost(name) {
      const found = (await askOperator('query ($name: String!) { domain(name: $name) { hosts } }', {
        name,
      })) as { domain: { hosts: string[] } | null }
      const host = found.domain?.hosts[0]
      if (!host)
        throw new UsageError(`There is no domain "${name}": "chart domain list" shows those there are.`)
      return host
    },
  }
}

function readKey(file: string, maker: string): PrivateServiceJwk {
  const key = findJson<PrivateServiceJwk>(file)
  if (!key) throw new UsageError(`There is no key ${file}: "${maker}" makes it, --home names another folder.`)
  return key
}
