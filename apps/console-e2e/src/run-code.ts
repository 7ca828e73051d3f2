import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

const execute = promisify(execFile)

/** Runs a program in a folder and gives what it printed. Throws with its complaints when it fails. */
export async function run(folder: string, program: string, ...words: string[]): Promise<string> {
  const { stdout } = await execute(program, words, { cwd: folder, timeout: 30_000 })
  return stdout
}

/** Whether a program is at hand and does what it is told to. */
export async function isAtHand(program: string, ...words: string[]): Promise<boolean> {
  return execute(program, words, { timeout: 10_000 }).then(
    () => true,
    () => false,
  )
}
