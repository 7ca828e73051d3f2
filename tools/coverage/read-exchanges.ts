import { createReadStream } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Measure } from './measure.ts'
import type { Exchange } from './recorder.ts'

/** Gives every exchange recorded under a folder to the measure, file by file in the order recorded; tells how many. */
export async function readExchanges(folder: string, measure: Measure): Promise<number> {
  let exchanges = 0
  const names = await readdir(folder)
  for (const name of names.filter((one) => one.endsWith('.ndjson')).sort()) {
    const lines = createInterface({ input: createReadStream(join(folder, name)), crlfDelay: Infinity })
    for await (const line of lines) {
      const exchange = readExchange(line)
      if (!exchange) continue
      measure.add(exchange)
      exchanges += 1
    }
    measure.endOfFile()
  }
  return exchanges
}

/** A test that is killed may leave its last line unfinished: that one exchange is not evidence. */
function readExchange(line: string): Exchange | null {
  try {
    return JSON.parse(line) as Exchange
  } catch {
    return null
  }
}
