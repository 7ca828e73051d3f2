import type { Exceptions } from '../check/lints/lint.ts'
import type { PublishOptions } from './publish.ts'

const link =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@tag"])\n'

/** Writes the schema of a small subgraph, people or visits, with more fields of a person. */
export function writeSchema(name: 'people' | 'visits', more = ''): string {
  const query =
    name === 'people'
      ? 'extend type Query { "Looks somebody up by an id." person: Person  "For whom it works." tenants: Int @tag(name: "operator") }'
      : ''
  return `${link} ${query}
    "Somebody in care." type Person @key(fields: "id") { "How others refer to it." id: ID!
      "A number to begin with." ${name}Start: Int  ${more} }`
}

export const noExceptions: Exceptions = { names: [], listsOfChr: [], lists: [] }

/** What publishing takes for granted in tests. */
export const publishOptions: PublishOptions = {
  workspace: (['people', 'visits'] as const).map((name) => ({
    ...{ name, text: writeSchema(name), url: `http://${name}.test/graphql` },
  })),
  ...{ usage: null, accepted: [], exceptions: noExceptions },
  now: () => new Date('2026-11-30T12:00:00Z'),
}

/** A process that publishes one subgraph several times, with one more field each time. */
export const publisher = `
  const [,  folder, name, count] = process.argv
  const { publishSubgraph } = await import('./tools/publish/publish.ts')
  const { Store } = await import('./tools/publish/store.ts')
  const { publishOptions, writeSchema } = await import('./tools/publish/test-subgraphs.ts')
  let more = ''
  for (let n = 1; n <= Number(count); n += 1) {
    more += ' "Put in by a test." ' + name + 'Added' + n + ': Int'
    const candidate = { name, text: writeSchema(name, more), urls: null, by: name, commit: null }
    await publishSubgraph(new Store(folder), candidate, publishOptions)
  }`
