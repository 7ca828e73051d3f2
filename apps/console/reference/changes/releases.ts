import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { emptySchema, type Deprecation, type SchemaChange } from '@commonchart/schema-changes'
import { format } from 'prettier'

/** What a release keeps of a difference. */
export type ReleasedChange = Pick<SchemaChange, 'path' | 'criticality' | 'message'>

/** Changes that one sentence tells. */
export interface ChangeGroup {
  /** What a person says of them, in both languages. */
  sentence: { en: string; fr: string }
  changes: ReleasedChange[]
}

/** A dated release of the API. */
export interface Release {
  /** `YYYY-MM-DD`. */
  date: string
  /** The place among the releases of that day, from 1 on. */
  number: number
  title: { en: string; fr: string }
  groups: ChangeGroup[]
  deprecations: Deprecation[]
}

export const releasesFolder = new URL('../releases/', import.meta.url)
const releasedFile = new URL('released.graphql', releasesFolder)

/** Reads the releases, the newest first. */
export function readReleases(): Release[] {
  return readdirSync(releasesFolder)
    .filter((name) => name.endsWith('.json'))
    .map((name) => JSON.parse(readFileSync(new URL(name, releasesFolder), 'utf8')) as Release)
    .sort((one, other) => other.date.localeCompare(one.date) || other.number - one.number)
}

/** The schema as it was released last; an empty one before the first release. */
export function readReleasedSchema(): string {
  return existsSync(releasedFile) ? readFileSync(releasedFile, 'utf8') : emptySchema
}

/** Writes a release and the schema that it released. Gives the name of its file. */
export async function writeRelease(release: Release, schema: string): Promise<string> {
  const name = `${idOf(release)}.json`
  const text = await format(JSON.stringify(release), { parser: 'json', printWidth: 110 })
  writeFileSync(new URL(name, releasesFolder), text)
  writeFileSync(releasedFile, schema)
  return name
}

/** The name of a release in addresses and files: its date, and its number where a day has several. */
export function idOf({ date, number }: Pick<Release, 'date' | 'number'>): string {
  return number === 1 ? date : `${date}-${number}`
}

/** Writes the schemas of the other graphs as they are released. `nx run gateway:check` compares with them. */
export function writeOtherGraphs(schemas: Record<'settings' | 'operator', string>): void {
  for (const [graph, text] of Object.entries(schemas))
    writeFileSync(new URL(`released-${graph}.graphql`, releasesFolder), text)
}
