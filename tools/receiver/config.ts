import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readPrivateKey } from '../chart/key-file.ts'
import { signConsumerToken } from '../environment/consumer-key.ts'
import type { GraphAddress } from '../environment/graph.ts'
import { readSecrets, watchSecrets } from './secrets.ts'

/** What the receiver was told to do. */
export interface ReceiverConfig {
  host: string
  port: number
  eventFile: string
  cursorFile: string
  readSecrets: () => Buffer[]
  /** Absent: events come by deliveries alone. */
  catchingUp?: { getAddress: () => GraphAddress; topics?: string[]; everyMs: number }
}

export const help = `npm run receiver -- --secrets-file FILE [options]

Takes event notifications, each once, into a file of one JSON object a line, and reads what it missed from the API.

  --secrets-file FILE  the subscription's secrets, one a line; a change counts at once (or RECEIVER_SECRETS, apart by spaces)
  --folder FOLDER      where events.ndjson and the place in the list of changes are kept (.receiver)
  --host HOST          where it listens (127.0.0.1)
  --port PORT          and at which port; 0 takes a free one (4800)

To catch up at the start, and every so often:
  --endpoint URL       the API, such as https://clinic.example.org/graphql
  --issuer ISS         the issuer of a consumer that may read patients and appointments
  --key FILE           its private key as PEM
  --kid KID, --audience AUD, --domain-host HOST  where they are needed
  --topics TOPICS      only these, apart by commas; those of the subscription
  --every SECONDS      how often (60)

Each option is a variable, too: RECEIVER_PORT, RECEIVER_SECRETS_FILE and so on.
`

const names = [
  ...['secrets-file', 'folder', 'host', 'port', 'endpoint', 'issuer', 'key', 'kid', 'audience'],
  ...['domain-host', 'topics', 'every'],
]

/** Reads arguments and environment. Throws an Error that names everything that is wrong. Null for --help. */
export function readReceiverConfig(
  args: string[],
  environment: Record<string, string | undefined>,
): ReceiverConfig | null {
  const { values } = parseArgs({
    args,
    options: {
      help: { type: 'boolean', short: 'h' },
      ...Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    },
  })
  if (values.help) return null
  const wrong: string[] = []
  const find = (name: string): string | undefined => {
    const given = (values as Record<string, string | undefined>)[name]
    return given ?? environment[`RECEIVER_${name.toUpperCase().replaceAll('-', '_')}`]
  }
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read()
    } catch (error) {
      wrong.push((error as Error).message)
      return undefined
    }
  }
  const readNumber = (name: string, usual: number, most: number): number => {
    const number = Number(find(name) ?? usual)
    if (!Number.isInteger(number) || number < 0 || number > most)
      wrong.push(`--${name} is not such a number.`)
    return number
  }
  const folder = find('folder') ?? '.receiver'
  const readers = attempt(() => readSecretsOf(find('secrets-file'), environment.RECEIVER_SECRETS))
  const config = {
    host: find('host') ?? '127.0.0.1',
    port: readNumber('port', 4800, 65_535),
    eventFile: join(folder, 'events.ndjson'),
    cursorFile: join(folder, 'cursor'),
    catchingUp: attempt(() => readCatchingUp(find, readNumber('every', 60, 86_400) * 1000)),
  }
  if (wrong.length > 0 || !readers) throw new Error(wrong.join(' '))
  return { ...config, readSecrets: readers }
}

function readSecretsOf(file: string | undefined, text: string | undefined): () => Buffer[] {
  if (file && !existsSync(file)) throw new Error(`${file} is not there.`)
  if (file) return watchSecrets(file)
  if (!text) throw new Error('Give --secrets-file or RECEIVER_SECRETS.')
  const secrets = readSecrets(text)
  return () => secrets
}

function readCatchingUp(
  find: (name: string) => string | undefined,
  everyMs: number,
): ReceiverConfig['catchingUp'] {
  const [url, issuer, keyFile] = [find('endpoint'), find('issuer'), find('key')]
  if (!url && !issuer && !keyFile) return undefined
  if (!url || !issuer || !keyFile) throw new Error('--endpoint, --issuer and --key go together.')
  const key = readPrivateKey(keyFile)
  const facts = { issuer, kid: find('kid'), audience: find('audience'), lifetimeSeconds: 300 }
  const host = find('domain-host')
  return {
    getAddress: () => ({ url, host, token: signConsumerToken(key, facts) }),
    topics: find('topics')
      ?.split(',')
      .map((topic) => topic.trim()),
    everyMs,
  }
}
