import { object, text } from './element.ts'
import type { Json } from './element.ts'
import type { TypeFiles } from './folder.ts'
import { readLines } from './lines.ts'
import type { Progress } from './progress.ts'
import type { Tally } from './report.ts'

/** A resource and where it stood. */
export type Placed = { resource: Json; file: string; line: number; bytes: number }

export type ReadOptions = { maxLineBytes: number | undefined; signal: AbortSignal | undefined }

/**
 * Reads the resources of a type one after the other. A line that is no resource of the type is refused in the tally,
 * with its place and reason, and the reading goes on.
 */
export async function* readResources(
  { type, files }: TypeFiles,
  tally: Tally,
  progress: Progress,
  options: ReadOptions,
): AsyncGenerator<Placed> {
  for (const { path, name } of files) {
    for await (const line of readLines(path, options.maxLineBytes)) {
      options.signal?.throwIfAborted()
      tally.read()
      const parsed = 'text' in line ? parseResource(line.text, type) : { problem: line.problem }
      if ('problem' in parsed) tally.refuse(name, line.number, parsed.problem)
      else yield { resource: parsed.resource, file: name, line: line.number, bytes: line.bytes }
      progress.advance(line.bytes, 1)
    }
  }
}

/** Counts the lines of a type that is not imported, without looking into them. */
export async function countResources(
  { files }: TypeFiles,
  tally: Tally,
  progress: Progress,
  options: ReadOptions,
): Promise<void> {
  for (const { path } of files) {
    for await (const line of readLines(path, options.maxLineBytes)) {
      options.signal?.throwIfAborted()
      tally.read()
      progress.advance(line.bytes, 1)
    }
  }
}

function parseResource(line: string, type: string): { resource: Json } | { problem: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { problem: 'the line is not JSON' }
  }
  const resource = object(value)
  if (!resource) return { problem: 'the line is not a JSON object' }
  const said = text(resource['resourceType'])
  if (said === null) return { problem: 'it has no resourceType' }
  return said === type ? { resource } : { problem: `it is not a ${type} by its resourceType` }
}
