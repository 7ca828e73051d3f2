import { setTimeout as pause } from 'node:timers/promises'

/** Waits until something is so, looking every 20 ms; gives up after 20 s and says what never came. */
export async function until(isSo: () => Promise<boolean>, what: string): Promise<void> {
  const deadline = Date.now() + 20_000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`after 20 s it was still not so that ${what}`)
    await pause(20)
  }
}
