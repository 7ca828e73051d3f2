/** Writes that are done one after the other, while something else goes on. */
export interface Backlog {
  /** Adds a write, and waits while too many are not done. Throws the error of one that failed: then no later one is begun. */
  add(write: () => Promise<void>): Promise<void>
  /** Waits until all are done. Throws as `add` does. */
  finish(): Promise<void>
  /** Waits until nothing is under way, whatever became of it. */
  settle(): Promise<void>
}

/** Makes a backlog in which so many writes may be under way or to come. */
export function createBacklog(most: number): Backlog {
  const writes: Promise<void>[] = []
  let last: Promise<void> = Promise.resolve()
  return {
    async add(write) {
      last = last.then(write)
      last.catch(() => undefined)
      writes.push(last)
      if (writes.length > most) await writes.shift()
    },
    finish: () => last,
    settle: () => last.catch(() => undefined),
  }
}
