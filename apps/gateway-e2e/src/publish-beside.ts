import { once } from 'node:events'
import { isMainThread, Worker, workerData } from 'node:worker_threads'
import { publishSubgraph } from '@commonchart/tools/publish'
import { Store } from '@commonchart/tools/published'
import { readExceptions } from '@commonchart/tools/schema-exceptions'
import { readSubgraphs } from '@commonchart/tools/subgraphs'

/** What is published: subgraphs of the workspace with something added to the schema of each, into the store of a folder. */
interface Publishing {
  folder: string
  growth: Record<string, string>
}

/** Publishes in a thread of its own: composing takes seconds, in which the clients of a test would wait. */
export async function publishBeside(publishing: Publishing): Promise<void> {
  const worker = new Worker(new URL(import.meta.url), { workerData: publishing })
  const [code] = (await once(worker, 'exit')) as [number]
  if (code !== 0) throw new Error('publishing failed')
}

if (!isMainThread) {
  const { folder, growth } = workerData as Publishing
  const workspace = readSubgraphs()
  for (const { name, text } of workspace)
    await publishSubgraph(
      new Store(folder),
      { name, text: `${text}${growth[name] ?? ''}`, urls: null, by: null, commit: null },
      { workspace, usage: null, accepted: [], exceptions: readExceptions(), now: () => new Date() },
    )
}
