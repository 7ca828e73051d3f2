/** `nx run NAME:publish` and `nx run gateway:rollback`. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readAccepted } from '../check/accepted.ts'
import { readExceptions } from '../check/exceptions.ts'
import { writeReport } from '../check/report.ts'
import { readUsage, UnreadableUsage } from '../check/usage.ts'
import { CompositionError } from '../schema/compose.ts'
import { readSubgraphs } from '../schema/read-subgraphs.ts'
import { readCommand, type PublishCommand } from './options.ts'
import { publishSubgraph, PublishRefused } from './publish.ts'
import { rollBack } from './rollback.ts'
import { Store, type SupergraphVersion } from './store.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

async function publish(command: Extract<PublishCommand, { command: 'publish' }>): Promise<void> {
  const { name, urls, by, days } = command
  const workspace = readSubgraphs()
  const own = workspace.find((each) => each.name === name)
  if (!own) throw new TypeError(`there is no subgraph ${name} in the workspace`)
  const now = new Date()
  const usage = command.usage === null ? null : readUsage(readFileSync(command.usage, 'utf8'), { days, now })
  const { version, report, taken } = await publishSubgraph(
    new Store(command.store),
    { name, text: own.text, urls, by, commit: findCommit(name) },
    { workspace, usage, accepted: readAccepted(), exceptions: readExceptions(), now: () => new Date() },
  )
  if (version === null) return console.log(`${name} is published as it is: nothing to do.`)
  if (version.version > 1) console.log(writeReport(report))
  if (taken.length > 0)
    console.log(
      `Nothing was published yet: ${taken.join(' and ')} were taken from this workspace, with the addresses of development.`,
    )
  console.log(tell(version))
  console.log(`It is current: ${command.store}/supergraph.graphql`)
}

function roll({ store: folder, to, by, isList }: Extract<PublishCommand, { command: 'rollback' }>): void {
  const store = new Store(folder)
  if (isList) for (const version of store.listVersions()) console.log(tell(version))
  else console.log(`${tell(rollBack(store, { to, by, now: new Date() }))}\nIt is current.`)
}

function tell({ version, because, at, by, sha256, subgraphs }: SupergraphVersion): string {
  const parts = Object.entries(subgraphs).map(
    ([name, { version: own, urls }]) => `${name} ${own} at ${urls.join()}`,
  )
  return `Version ${version} (${because}), ${at}${by ? ` by ${by}` : ''}, sha256 ${sha256.slice(0, 12)}: ${parts.join('; ')}`
}

/** The commit of the workspace, if it is one; a schema that was edited since is not what the commit says. */
function findCommit(name: string): string | null {
  try {
    const git = (...words: string[]): string =>
      execFileSync('git', words, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim()
    const isEdited = git('status', '--porcelain', '--', `apps/${name}/schema`) !== ''
    return `${git('rev-parse', 'HEAD')}${isEdited ? ' and what was edited since' : ''}`
  } catch {
    return null
  }
}

try {
  const command = readCommand(process.argv.slice(2), process.env)
  if (command.command === 'publish') await publish(command)
  else roll(command)
} catch (error) {
  process.exitCode = 1
  if (error instanceof PublishRefused) console.error(writeReport(error.report))
  else if (error instanceof UnreadableUsage) console.error(`the file of usage is refused: ${error.message}`)
  else if (error instanceof CompositionError || error instanceof TypeError) console.error(error.message)
  else if (error instanceof Error && !('code' in error)) console.error(error.message)
  else throw error
}
