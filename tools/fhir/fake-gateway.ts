import { isDeepStrictEqual } from 'node:util'
import type { Answer, Send } from './send.ts'

type Item = { externalId: { system: string; value: string } } & Record<string, unknown>

/** A stand-in for the gateway in tests: it keeps what is imported and answers as the import mutations do. */
export type FakeGateway = {
  send: Send
  /** What was imported through a mutation, by external id value. */
  records(field: string): Map<string, { id: string; item: Item }>
  /** The sizes of the batches sent, in order, by mutation. */
  batches: { field: string; items: number }[]
  mostAtOnce(): number
}

/** Creates a fake gateway; `refuse` may answer instead of it. */
export function createFakeGateway(
  refuse: (field: string, items: Item[]) => Answer | null = () => null,
): FakeGateway {
  const stores = new Map<string, Map<string, { id: string; item: Item }>>()
  const batches: FakeGateway['batches'] = []
  let nextId = 1
  let underWay = 0
  let most = 0

  function records(field: string): Map<string, { id: string; item: Item }> {
    const found = stores.get(field) ?? new Map<string, { id: string; item: Item }>()
    stores.set(field, found)
    return found
  }

  function importOne(field: string, item: Item) {
    const store = records(field)
    const known = store.get(item.externalId.value)
    if (known && isDeepStrictEqual(known.item, item))
      return { outcome: 'UNCHANGED', id: known.id, violations: [] }
    const id = known?.id ?? String(nextId++)
    store.set(item.externalId.value, { id, item })
    return { outcome: known ? 'UPDATED' : 'CREATED', id, violations: [] }
  }

  async function send(query: string, variables: Record<string, unknown>): Promise<Answer> {
    const field = /\b(import[A-Z]\w+)\(/.exec(query)?.[1] ?? ''
    const items = variables['input'] as Item[]
    batches.push({ field, items: items.length })
    underWay += 1
    most = Math.max(most, underWay)
    await new Promise((resolve) => setImmediate(resolve))
    underWay -= 1
    const refused = refuse(field, items)
    return refused ?? { data: { [field]: { results: items.map((item) => importOne(field, item)) } } }
  }

  return { send, records, batches, mostAtOnce: () => most }
}
