import { createHash, type Hash } from 'node:crypto'
import { createWriteStream, type WriteStream } from 'node:fs'
import { once } from 'node:events'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { Unreachable } from '../environment/graph.ts'

/** A file of an export: its rows, and the SHA-256 of its bytes. */
export interface WrittenList {
  rows: number
  sha256: string
}

const brokenOff = 'The export broke off: nothing of it may be taken for the whole.'

/** How often the person is told how far it has come. */
const tellEvery = 1000

/** Writes the lists of one subgraph's part of an export into files of a folder, `LIST.ndjson`. */
export function openLists(
  folder: string,
  tell: (rows: number) => void,
): { take(stream: Readable): Promise<Record<string, WrittenList>> } {
  const lists = new Map<string, { file: WriteStream; hash: Hash; rows: number }>()

  function find(name: string) {
    const known = lists.get(name)
    if (known) return known
    const list = {
      file: createWriteStream(join(folder, `${name}.ndjson`)),
      hash: createHash('sha256'),
      rows: 0,
    }
    lists.set(name, list)
    return list
  }

  async function write(name: string, row: string): Promise<void> {
    const list = find(name)
    const line = `${row}\n`
    list.hash.update(line)
    list.rows += 1
    if (!list.file.write(line)) await once(list.file, 'drain')
  }

  return {
    /** Throws `Unreachable` when the stream ends before it says that it is whole, or with other counts. */
    async take(stream) {
      let total = 0
      let end: Record<string, number> | undefined
      for await (const line of readLines(stream)) {
        const [, name, row] = /^\{"list":"(\w+)","row":(.*)\}$/s.exec(line) ?? []
        if (name === undefined || row === undefined) {
          end = (JSON.parse(line) as { end: Record<string, number> }).end
          continue
        }
        await write(name, row)
        total += 1
        if (total % tellEvery === 0) tell(total)
      }
      tell(total)
      for (const name of Object.keys(end ?? {})) find(name)
      for (const { file } of lists.values()) file.end()
      await Promise.all([...lists.values()].map(({ file }) => finished(file)))
      const isWhole = end && [...lists].every(([name, { rows }]) => end[name] === rows)
      if (!isWhole) throw new Unreachable(brokenOff)
      return Object.fromEntries(
        [...lists].map(([name, { rows, hash }]) => [`${name}.ndjson`, { rows, sha256: hash.digest('hex') }]),
      )
    },
  }
}

async function* readLines(stream: Readable): AsyncGenerator<string> {
  let begun: string[] = []
  try {
    for await (const chunk of stream.setEncoding('utf8') as AsyncIterable<string>) {
      const [first = '', ...others] = chunk.split('\n')
      begun.push(first)
      for (const next of others) {
        yield begun.join('')
        begun = [next]
      }
    }
  } catch (error) {
    throw new Unreachable(brokenOff, { cause: error })
  }
}
