/** Says what is being done, with the seconds since the start. */
export type Say = (sentence: string) => void

export function createSay(out: { write(text: string): unknown }, now: () => number = Date.now): Say {
  const startedAt = now()
  return (sentence) => {
    out.write(`${((now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${sentence}\n`)
  }
}
