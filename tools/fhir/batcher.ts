/** Gathers items into batches and hands them on, some batches at once, never two items of one key at the same time. */
export type Batcher<Item> = {
  /** Takes an item; waits while as many batches as allowed are under way. */
  add(item: Item): Promise<void>
  /** Hands on what is left and waits for all; throws what a batch threw. */
  end(): Promise<void>
}

export type BatcherOptions<Item> = {
  maxItems: number
  maxBytes: number
  concurrency: number
  keyOf(item: Item): string
  bytesOf(item: Item): number
  flush(items: Item[]): Promise<void>
}

/** Creates a batcher. It holds one batch being gathered and those under way: memory does not grow with the input. */
export function createBatcher<Item>(options: BatcherOptions<Item>): Batcher<Item> {
  let gathered: Item[] = []
  let bytes = 0
  const underWay = new Set<Promise<void>>()
  const keys = new Set<string>()
  let failure: { error: unknown } | null = null

  function start(): void {
    if (gathered.length === 0) return
    const items = gathered
    gathered = []
    bytes = 0
    const run = options
      .flush(items)
      .catch((error: unknown) => {
        failure ??= { error }
      })
      .finally(() => {
        underWay.delete(run)
        for (const item of items) keys.delete(options.keyOf(item))
      })
    underWay.add(run)
  }

  function throwIfFailed(): void {
    if (failure) throw failure.error
  }

  async function drain(): Promise<void> {
    start()
    await Promise.all(underWay)
    throwIfFailed()
  }

  return {
    async add(item) {
      throwIfFailed()
      if (keys.has(options.keyOf(item))) await drain()
      const size = options.bytesOf(item)
      if (gathered.length > 0 && bytes + size > options.maxBytes) start()
      keys.add(options.keyOf(item))
      gathered.push(item)
      bytes += size
      if (gathered.length >= options.maxItems) start()
      while (underWay.size >= options.concurrency) await Promise.race(underWay)
      throwIfFailed()
    },
    end: drain,
  }
}
