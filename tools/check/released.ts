import { existsSync, readFileSync } from 'node:fs'
import { graphNames } from '@commonchart/supergraph'
import { parse } from 'graphql'
import { printApiSchema } from '../schema/compose.ts'
import type { ApiSchemas } from './judge.ts'

const releases = new URL('../../apps/console/reference/releases/', import.meta.url)

/** Reads the API schemas as they were released last (`npm run release:api`). */
export function readReleased(): ApiSchemas {
  return Object.fromEntries(
    graphNames.flatMap((graph) => {
      const file = new URL(
        graph === 'enterprise' ? 'released.graphql' : `released-${graph}.graphql`,
        releases,
      )
      return existsSync(file) ? [[graph, readFileSync(file, 'utf8')]] : []
    }),
  )
}

/** Derives the API schemas of a published supergraph. */
export function deriveApiSchemas(supergraph: string): ApiSchemas {
  const document = parse(supergraph, { noLocation: true })
  return Object.fromEntries(graphNames.map((graph) => [graph, printApiSchema(document, graph)]))
}
