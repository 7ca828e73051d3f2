import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Home } from '../environment/home.ts'
import { findJson, writePublicFile } from '../environment/private-file.ts'
import type { Say } from './progress.ts'
import { StartError } from './start-error.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
const artefact = join(root, 'apps', 'gateway', 'supergraph.graphql')

/**
 * Gives the path of the supergraph: the committed one, composed anew (`npm run schema`) when a subgraph's schema changed
 * since the last start. Throws what composition says when it fails.
 */
export async function prepareSupergraph(home: Home, say: Say): Promise<string> {
  const sources = hashSources()
  const known = findJson<{ sources: string }>(home.composed)
  const changed = known !== undefined && known.sources !== sources
  if (changed || !existsSync(artefact)) {
    say('a schema changed: composing the supergraph')
    await compose()
  }
  if (known?.sources !== sources) writePublicFile(home.composed, JSON.stringify({ sources }))
  return artefact
}

function hashSources(): string {
  const hash = createHash('sha256')
  for (const file of globSync('apps/*/schema/*.graphql', { cwd: root }).sort())
    hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

async function compose(): Promise<void> {
  try {
    await promisify(execFile)(process.execPath, ['tools/schema/main.ts'], { cwd: root })
  } catch (error) {
    const { stderr, stdout, message } = error as { stderr?: string; stdout?: string; message: string }
    throw new StartError(`The subgraphs do not compose: ${(stderr || stdout || message).trim()}`, {
      cause: error,
    })
  }
}
