/**
 * `npm run release:api -- --date 2026-11-30`: tells what has changed in the graph of programs since the last release, in a
 * new file of `releases/`. A person then writes its title and the sentence of each group.
 */
import { readFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { compareDeprecations, compareSchemas } from '@commonchart/schema-changes'
import { groupChanges } from './changes/group-changes.ts'
import { readReleasedSchema, readReleases, writeOtherGraphs, writeRelease } from './changes/releases.ts'
import { readOwnership } from './model/areas.ts'

const { values } = parseArgs({
  options: {
    date: { type: 'string' },
    // What is to be released, and its supergraph; for releases that are told afterwards.
    schema: { type: 'string' },
    supergraph: { type: 'string' },
  },
})

const gateway = new URL('../../gateway/', import.meta.url)
const say = (text: string): boolean => process.stdout.write(`${text}\n`)

async function main(date: string | undefined): Promise<number> {
  if (!date || !/^\d{4}-\d{2}-\d{2}$/.test(date) || Number.isNaN(Date.parse(date))) {
    say('Say the day of the release: npm run release:api -- --date YYYY-MM-DD')
    return 1
  }
  const schema = readFileSync(values.schema ?? new URL('enterprise.graphql', gateway), 'utf8')
  const supergraph = readFileSync(values.supergraph ?? new URL('supergraph.graphql', gateway), 'utf8')
  const [last] = readReleases()
  if (last && last.date > date) {
    say(`The last release is of ${last.date}; a release cannot be of an earlier day.`)
    return 1
  }
  const released = readReleasedSchema()
  const [settings, operator] = ['settings', 'operator'].map((graph) =>
    readFileSync(new URL(`${graph}.graphql`, gateway), 'utf8'),
  ) as [string, string]
  if (values.schema === undefined) writeOtherGraphs({ settings, operator })
  const changes = await compareSchemas(released, schema)
  const deprecations = compareDeprecations(released, schema)
  if (changes.length + deprecations.length === 0) {
    say('Nothing has changed for programs since the last release.')
    return 0
  }
  const name = await writeRelease(
    {
      date,
      number: last?.date === date ? last.number + 1 : 1,
      title: { en: '', fr: '' },
      groups: groupChanges(changes, readOwnership(supergraph)),
      deprecations,
    },
    schema,
  )
  say(
    `written: apps/console/reference/releases/${name}. Say what each group of changes means, in both languages.`,
  )
  return 0
}

process.exitCode = await main(values.date)
