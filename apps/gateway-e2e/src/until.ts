import { setTimeout as pause } from 'node:timers/promises'

/** Waits until something is so, looking every 20 ms; gives up after 20 s, unless told otherwise, and says what never came. */
export async function until(isSo: () => Promise<boolean>, what: string, seconds = 20): Promise<void> {
  const deadline = Date.now() + seconds * 1000
  while (!(await isSo())) {
    if (Date.now() > deadline) throw new Error(`after ${seconds} s it was still not so that ${what}`)
    await pause(20)
  }
}
