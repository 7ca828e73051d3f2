import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { listSubgraphs } from '@commonchart/subgraph-list'
import { CompositionError, composeFiles, type SubgraphSource } from './compose.ts'

const apps = new URL('../../apps/', import.meta.url)
const output = new URL('gateway/', apps)

function readSubgraphs(): SubgraphSource[] {
  return listSubgraphs().flatMap(({ name, port }) => {
    const folder = new URL(`${name}/schema/`, apps)
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.graphql')) : []
    if (files.length === 0) return []
    const text = files.sort().map((file) => readFileSync(new URL(file, folder), 'utf8'))
    return [{ name, url: `http://localhost:${port}/graphql`, text: text.join('\n') }]
  })
}

function main(check: boolean): number {
  const files = composeFiles(readSubgraphs())
  const stale = [...files].filter(([name, text]) => {
    const file = new URL(name, output)
    return !existsSync(file) || readFileSync(file, 'utf8') !== text
  })
  if (!check) {
    for (const [name, text] of stale) writeFileSync(new URL(name, output), text)
    console.log(
      stale.length === 0
        ? 'the schemas are up to date'
        : `written: ${stale.map(([name]) => name).join(', ')}`,
    )
    return 0
  }
  for (const [name] of stale)
    console.error(`apps/gateway/${name} is not what the subgraphs compose to: run \`npm run schema\``)
  return stale.length === 0 ? 0 : 1
}

try {
  process.exitCode = main(process.argv.includes('--check'))
} catch (error) {
  if (!(error instanceof CompositionError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
