/** `nx run gateway:check`, and `npm run schema:check`: may the schema of the workspace be published? */
import { readFileSync } from 'node:fs'
import { CompositionError, composeFiles } from '../schema/compose.ts'
import { composeEachAlone } from '../publish/compose-alone.ts'
import { Store } from '../publish/store.ts'
import { findStaleFiles } from '../schema/composed-files.ts'
import { readSubgraphs } from '../schema/read-subgraphs.ts'
import { acceptChanges, readAccepted } from './accepted.ts'
import { check, passes } from './check.ts'
import { help, readOptions, type CheckOptions } from './options.ts'
import { findGrowth, readExceptions } from './exceptions.ts'
import { deriveApiSchemas, readReleased } from './released.ts'
import { writeReport } from './report.ts'
import { readUsage, UnreadableUsage } from './usage.ts'

async function main(options: CheckOptions): Promise<number> {
  const subgraphs = readSubgraphs()
  const files = composeFiles(subgraphs)
  const { days } = options
  const usage =
    options.usage === null ? null : readUsage(readFileSync(options.usage, 'utf8'), { days, now: new Date() })
  const store = options.store === null ? null : new Store(options.store)
  const latest = store?.findLatest() ?? null
  const published = store && latest ? deriveApiSchemas(store.readSupergraph(latest.version)) : readReleased()
  const run = async () =>
    check({
      ...{ subgraphs, files, usage, published },
      ...{ accepted: readAccepted(), exceptions: readExceptions() },
    })
  let report = await run()
  if (options.accept.length > 0) {
    const breaking = report.changes
      .filter(({ verdict }) => verdict === 'breaking')
      .map(({ change }) => change)
    await acceptChanges(options.accept, options.reason, breaking)
    report = await run()
  }
  const stale = [...findStaleFiles(subgraphs, files).keys()].map((name) => ({
    ...{ rule: 'composed', coordinate: `apps/gateway/${name}` },
    message: 'it is not what the subgraphs compose to: run `npm run schema`',
  }))
  const growth = (await findGrowth()).map((fault) => ({ ...fault, rule: 'exceptions' }))
  const alone = store && latest ? composeEachAlone(store, latest, subgraphs) : { faults: [], notes: [] }
  report = { ...report, faults: [...stale, ...growth, ...alone.faults, ...report.faults] }
  for (const note of alone.notes) console.log(note)
  console.log(writeReport(report))
  return passes(report) ? 0 : 1
}

try {
  const options = readOptions(process.argv.slice(2), process.env)
  if (options.help) console.log(help)
  else process.exitCode = await main(options)
} catch (error) {
  process.exitCode = 1
  if (error instanceof CompositionError) console.error(error.message)
  else if (error instanceof UnreadableUsage) console.error(`the file of usage is refused: ${error.message}`)
  else throw error
}
