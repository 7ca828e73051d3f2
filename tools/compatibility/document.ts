import { createHash } from 'node:crypto'
import { lexicographicSortSchema, print, parse, printSchema, visit, type GraphQLSchema } from 'graphql'
import { format } from 'prettier'
import { listAdditions } from './additions.ts'
import { areaNames, type Area } from './areas.ts'
import { compareWithSurface, type Element } from './compare.ts'
import type { Surface } from './surface.ts'

const later = {
  chart:
    'Charts, which a later subgraph (`chart`) owns: encounters, medications, allergies, labs, letters, files, billing.',
  coordination: 'Tasks, cases and referrals, which a later subgraph (`coordination`) owns.',
}

/** The parts of docs/chr-compatibility.md that are generated, by the name of their place. */
export function writeSections(surface: Surface, schema: GraphQLSchema): Record<string, string> {
  const elements = compareWithSurface(surface, schema)
  return {
    served: writeServed(elements),
    absent: writeAbsent(elements),
    ours: writeAdditions(surface, schema),
    graph: `Generated from the graph \`${fingerprint(schema)}\`.\n`,
  }
}

/** A fingerprint of the names and types of a graph: descriptions and the order of things are no part of it. */
export function fingerprint(schema: GraphQLSchema): string {
  const document = parse(printSchema(lexicographicSortSchema(schema)))
  const bare = visit(document, {
    enter: (node) => ('description' in node ? { ...node, description: undefined } : undefined),
  })
  return createHash('sha256').update(print(bare)).digest('hex').slice(0, 16)
}

function writeServed(elements: Element[]): string {
  const rows = [...areaNames, 'all' as const].map((area) => {
    const own = elements.filter((each) => area === 'all' || each.area === area)
    const served = own.filter((each) => each.isServed).length
    const owned = own.filter((each) => !each.isServed && each.owner).length
    const roots = own.filter((each) => each.isServed && /^(Query|Mutation)\.\w+$/.test(each.path))
    const names =
      area === 'all' ? '' : roots.map(({ path }) => `\`${path.replace(/^\w+\./, '')}\``).join(', ')
    return `| ${area} | ${own.length} | ${served} | ${owned} | ${own.length - served - owned} | ${names} |`
  })
  return [
    '| area | published | served | absent: a later subgraph’s | absent: not yet | root fields served |',
    '| --- | --: | --: | --: | --: | --- |',
    ...rows,
    '',
  ].join('\n')
}

function writeAbsent(elements: Element[]): string {
  const absent = elements.filter((each) => !each.isServed)
  const served = elements.filter((each) => each.isServed)
  /** The types of which something is served. */
  const partly = new Set(['Query', 'Mutation', ...served.map(({ path }) => /^\w+/.exec(path)?.[0] ?? path)])
  const parts: string[] = []
  for (const area of ['patients', 'appointments', 'consumers', 'shared'] as const) {
    const own = absent.filter((each) => each.area === area)
    parts.push(`### Of ${area}\n`, own.length === 0 ? 'Nothing.\n' : '')
    for (const owner of ['chart', 'coordination', null] as const) {
      const reason = owner === null ? 'Not served yet.' : later[owner]
      parts.push(
        writeGroup(
          reason,
          own.filter((each) => each.owner === owner),
          partly,
        ),
      )
    }
  }
  for (const area of ['chart', 'coordination'] as const) parts.push(writeWholeArea(area, absent))
  return parts.filter((part) => part !== '').join('\n')
}

function writeWholeArea(area: keyof typeof later & Area, absent: Element[]): string {
  const own = absent.filter((each) => each.area === area)
  const roots = own.filter((each) => /^(Query|Mutation)\.\w+$/.test(each.path))
  const names = roots.map(({ path }) => `\`${path.replace(/^\w+\./, '')}\``).join(', ')
  return `### Of ${area}\n\n${later[area]} ${own.length} elements; their root fields are ${names}.\n`
}

/** Names what is absent: of what is absent as a whole, a type or a field with arguments, only that. */
function writeGroup(reason: string, elements: Element[], partly: Set<string>): string {
  if (elements.length === 0) return ''
  const byType = Map.groupBy(elements, ({ path }) => /^\w+/.exec(path)?.[0] ?? path)
  const whole = [...byType.keys()].filter((type) => !partly.has(type)).map((type) => `\`${type}\``)
  const lines = [...byType]
    .filter(([type]) => partly.has(type))
    .map(([type, own]) => {
      const absent = new Set(own.map(({ path }) => path))
      const told = own.filter(({ path }) => !absent.has(path.replace(/\(.*/, '')) || !path.includes('('))
      const names = told.map(({ path }) => `\`${path.slice(type.length).replace(/^(\.| \| )/, '')}\``)
      return `- \`${type}\`: ${names.join(', ')}`
    })
  if (whole.length > 0) lines.push(`- whole types: ${whole.join(', ')}`)
  return `${reason}\n\n${lines.join('\n')}\n`
}

function writeAdditions(surface: Surface, schema: GraphQLSchema): string {
  const byType = Map.groupBy(listAdditions(surface, schema), ({ path }) => /^\w+/.exec(path)?.[0] ?? path)
  const whole = [...byType].filter(([type]) => !surface.types[type]).map(([type]) => `\`${type}\``)
  const lines = [...byType]
    .filter(([type]) => surface.types[type])
    .map(
      ([type, own]) =>
        `- \`${type}\`: ${own.map(({ path }) => `\`${path.slice(type.length + 1)}\``).join(', ')}`,
    )
  return `${lines.sort().join('\n')}\n\nTypes: ${whole.sort().join(', ')}.\n`
}

/** Puts generated parts into a document between `<!-- NAME -->` and `<!-- /NAME -->`; what is written by hand stays. */
export async function fillDocument(document: string, sections: Record<string, string>): Promise<string> {
  let filled = document
  for (const [name, text] of Object.entries(sections)) {
    const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->`]
    const [head, rest] = filled.split(start)
    const tail = rest?.split(end)[1]
    if (tail === undefined) throw new Error(`the document has no place for ${name}`)
    filled = `${head}${start}\n${text}\n${end}${tail}`
  }
  return format(filled, { parser: 'markdown', semi: false, singleQuote: true, printWidth: 110 })
}
