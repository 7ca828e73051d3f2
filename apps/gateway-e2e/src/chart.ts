import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Stack } from './stack.ts'

const program = fileURLToPath(new URL('../../../tools/chart/main.ts', import.meta.url))

/** The command line, as the operator of a stack has it. */
export interface Chart {
  /** Runs a command and gives its exit code and what it said. */
  run(...args: string[]): Promise<{ code: number; out: string; err: string }>
  close(): void
}

/** Makes the home folder of an operator of a stack. Must be closed. */
export function openChart(stack: Stack): Chart {
  const home = mkdtempSync(join(tmpdir(), 'commonchart-operator-'))
  mkdirSync(join(home, 'keys'))
  writeFileSync(join(home, 'keys', 'operator.key.json'), JSON.stringify(stack.people.operatorJwk), {
    mode: 0o600,
  })
  const env = {
    ...process.env,
    COMMONCHART_HOME: home,
    COMMONCHART_GATEWAY: stack.url,
    COMMONCHART_OPERATOR_URL: stack.operatorUrl,
  }
  return {
    run: (...args) =>
      new Promise((done) => {
        execFile(process.execPath, [program, ...args], { env }, (error, out, err) =>
          done({ code: error ? Number(error.code) : 0, out, err }),
        )
      }),
    close: () => rmSync(home, { recursive: true, force: true }),
  }
}
