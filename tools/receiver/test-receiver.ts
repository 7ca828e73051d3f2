import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { StoredEvent } from './event-file.ts'

/** A receiver as a process of its own, as whoever uses it starts it, for tests of the whole stack. */
export interface TestReceiver {
  url: string
  /** What it was told to know, from now on. */
  writeSecrets(...secrets: string[]): void
  /** Everything that is in its file. */
  readStored(): StoredEvent[]
  /** What it printed. */
  readLines(): Record<string, unknown>[]
  stop(signal?: NodeJS.Signals): Promise<void>
  /** Removes its files; it must have been stopped. */
  remove(): void
}

/** Nobody signs with it: a receiver is started before its subscription, whose secret is not yet known, is there. */
const noSecret = `whsec_${Buffer.alloc(32).toString('base64')}`

/** Starts the reference receiver on files in a folder, with further options of its command line. Must be stopped. */
export async function startTestReceiver(
  folder: string,
  {
    port = 0,
    options = [],
    secrets = [noSecret],
  }: { port?: number; options?: string[]; secrets?: string[] } = {},
): Promise<TestReceiver> {
  const secretsFile = join(folder, 'secrets')
  const writeSecrets = (...words: string[]): void => writeFileSync(secretsFile, `${words.join('\n')}\n`)
  writeSecrets(...secrets)
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = spawn(
    process.execPath,
    [main, '--port', String(port), '--folder', folder, '--secrets-file', secretsFile, ...options],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const lines: Record<string, unknown>[] = []
  const url = await new Promise<string>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the receiver ended with ${code} before it listened`)))
    createInterface({ input: child.stdout }).on('line', (line) => {
      const said = JSON.parse(line) as Record<string, unknown>
      lines.push(said)
      if (said.msg === 'listening') resolve(String(said.url))
    })
  })
  return {
    ...{ url, writeSecrets },
    readLines: () => lines,
    readStored: () =>
      readFileSync(join(folder, 'events.ndjson'), 'utf8')
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line) as StoredEvent),
    async stop(signal = 'SIGTERM') {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill(signal)
      await ended
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
