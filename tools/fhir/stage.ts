import { createBatcher } from './batcher.ts'
import type { Json } from './element.ts'
import type { TypeFiles } from './folder.ts'
import { keysOfResource } from './mapped.ts'
import type { ExternalId, Mapped } from './mapped.ts'
import type { Progress } from './progress.ts'
import { readResources } from './read-resources.ts'
import type { ReadOptions } from './read-resources.ts'
import type { ResourceKeys } from './reference-map.ts'
import type { Tally } from './report.ts'
import { sendItems } from './send.ts'
import type { ImportMutation, Send } from './send.ts'

/** What all stages of one import share. */
export type Run = {
  send: Send
  wait: (ms: number) => Promise<void>
  progress: Progress
  reading: ReadOptions
  batch: { maxItems: number; maxBytes: number; concurrency: number }
}

/** Keys of a type by which references find the record that a resource becomes. */
export type Alias = { type: string; keys: ResourceKeys }

/** An item ready to be sent, with where it came from and how others refer to it. */
export type StagedItem<Input> = {
  input: Input
  keys: ResourceKeys
  aliases: Alias[]
  file: string
  line: number
  bytes: number
  leftOut: string[]
}

/** Opens the sending end of a stage: items go out in batches, and the tally hears what became of each. */
export function openSender<Input extends { externalId: ExternalId }>(
  run: Run,
  mutation: ImportMutation<Input>,
  tally: Tally,
  onMade: (item: StagedItem<Input>, id: string) => void,
) {
  return createBatcher<StagedItem<Input>>({
    ...run.batch,
    keyOf: ({ input }) => `${input.externalId.system}|${input.externalId.value}`,
    bytesOf: ({ bytes }) => bytes,
    async flush(items) {
      const inputs = items.map(({ input }) => input)
      const outcomes = await sendItems(mutation, inputs, run.send, run.wait)
      for (const [at, item] of items.entries()) {
        const outcome = outcomes[at]
        if (!outcome || outcome.state === 'REFUSED') {
          tally.refuse(item.file, item.line, outcome?.reason ?? 'the gateway gave no result')
          continue
        }
        tally.made(outcome.state)
        tally.leaveOut(item.leftOut)
        onMade(item, outcome.id)
      }
    },
  })
}

/** Reads, maps and sends all resources of one type. */
export async function runStage<Input extends { externalId: ExternalId }>(
  run: Run,
  stage: {
    files: TypeFiles
    tally: Tally
    mutation: ImportMutation<Input>
    map(resource: Json): Mapped<Input>
    aliases?(resource: Json): Alias[]
    onMade(item: StagedItem<Input>, id: string): void
  },
): Promise<void> {
  const sender = openSender(run, stage.mutation, stage.tally, stage.onMade)
  try {
    for await (const { resource, file, line } of readResources(
      stage.files,
      stage.tally,
      run.progress,
      run.reading,
    )) {
      const mapped = stage.map(resource)
      if ('problems' in mapped) {
        stage.tally.refuse(file, line, mapped.problems.join('; '))
        continue
      }
      const bytes = Buffer.byteLength(JSON.stringify(mapped.input))
      const aliases = stage.aliases?.(resource) ?? []
      await sender.add({ ...mapped, keys: keysOfResource(resource), aliases, file, line, bytes })
    }
  } finally {
    await sender.end()
  }
}
