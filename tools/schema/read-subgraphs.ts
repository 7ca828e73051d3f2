import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { listSubgraphs } from '@commonchart/subgraph-list'
import type { SubgraphSource } from './compose.ts'

const apps = new URL('../../apps/', import.meta.url)

/**
 * Reads the schema of every subgraph of the workspace, with the address that it has in development; what is published or the
 * gateway's environment says otherwise elsewhere.
 */
export function readSubgraphs(): SubgraphSource[] {
  return listSubgraphs().flatMap(({ name, port }) => {
    const folder = new URL(`${name}/schema/`, apps)
    const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.graphql')) : []
    if (files.length === 0) return []
    const text = files.sort().map((file) => readFileSync(new URL(file, folder), 'utf8'))
    return [{ name, url: `http://localhost:${port}/graphql`, text: text.join('\n') }]
  })
}
