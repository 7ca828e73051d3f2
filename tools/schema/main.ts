/** `npm run schema`: composes the subgraphs of the workspace into the files of `apps/gateway`. `npm run schema:check` checks. */
import { writeFileSync } from 'node:fs'
import { CompositionError } from './compose.ts'
import { findStaleFiles, output } from './composed-files.ts'
import { readSubgraphs } from './read-subgraphs.ts'

try {
  const stale = findStaleFiles(readSubgraphs())
  for (const [name, text] of stale) writeFileSync(new URL(name, output), text)
  console.log(stale.size === 0 ? 'the schemas are up to date' : `written: ${[...stale.keys()].join(', ')}`)
} catch (error) {
  if (!(error instanceof CompositionError)) throw error
  console.error(error.message)
  process.exitCode = 1
}
