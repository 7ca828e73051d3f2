import { createReadStream } from 'node:fs'

/** One line of an NDJSON file: its text, or what is wrong with it. `bytes` counts what was read, line end included. */
export type Line = { number: number; bytes: number } & ({ text: string } | { problem: string })

export const defaultMaxLineBytes = 16 * 1024 * 1024

const lineFeed = 10
const carriageReturn = 13

/**
 * Reads a file line by line. It holds one line at a time: a line over `maxLineBytes` is passed over without being
 * gathered and told as a problem, as is one that is not UTF-8. A byte order mark, CRLF and empty lines are accepted.
 */
export async function* readLines(path: string, maxLineBytes = defaultMaxLineBytes): AsyncGenerator<Line> {
  const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false })
  let number = 0
  let parts: Buffer[] = []
  let bytes = 0

  function finish(endBytes: number): Line | null {
    number += 1
    const total = bytes + endBytes
    const gathered = parts
    const length = bytes
    parts = []
    bytes = 0
    if (length > maxLineBytes) {
      return { number, bytes: total, problem: `the line is longer than ${maxLineBytes} bytes` }
    }
    const text = decode(decoder, Buffer.concat(gathered))
    if (text === null) return { number, bytes: total, problem: 'the line is not UTF-8' }
    return text.trim() === '' ? null : { number, bytes: total, text }
  }

  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0
    while (from < chunk.length) {
      const end = chunk.indexOf(lineFeed, from)
      const piece = chunk.subarray(from, end === -1 ? chunk.length : end)
      bytes += piece.length
      if (bytes <= maxLineBytes) parts.push(piece)
      else parts = []
      if (end === -1) break
      const line = finish(1)
      if (line) yield line
      from = end + 1
    }
  }
  if (bytes > 0) {
    const line = finish(0)
    if (line) yield line
  }
}

/** TextDecoder drops a leading byte order mark by itself; one before a later line (files joined with cat) goes too. */
function decode(decoder: InstanceType<typeof TextDecoder>, bytes: Buffer): string | null {
  const end = bytes.at(-1) === carriageReturn ? bytes.length - 1 : bytes.length
  try {
    return decoder.decode(bytes.subarray(0, end))
  } catch {
    return null
  }
}
