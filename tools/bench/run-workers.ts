/** Works off items with so many workers, each one after the other; work is told which worker does it. */
export async function runWorkers<Item>(
  workers: number,
  items: Item[],
  work: (item: Item, worker: number) => Promise<unknown>,
): Promise<void> {
  let next = 0
  await Promise.all(
    Array.from({ length: workers }, async (_, worker) => {
      for (let item = items[next++]; item !== undefined; item = items[next++]) await work(item, worker)
    }),
  )
}
