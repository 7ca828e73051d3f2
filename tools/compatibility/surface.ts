import { existsSync, readFileSync } from 'node:fs'

/** The names and types that CHR publishes, as its introspection gives them. */
export interface Surface {
  about: string
  queryType: string
  mutationType: string
  types: Record<string, SurfaceType>
}

export interface SurfaceType {
  kind: string
  fields?: Record<string, { type: string; args?: Record<string, { type: string }> }>
  inputFields?: Record<string, { type: string }>
  values?: string[]
  possibleTypes?: string[]
}

/** The published surface lies beside the repository; a bare clone has none. */
const file = new URL('../../../shared/reference/chr-api-surface.json', import.meta.url)

/** Reads the published surface; null where it is not at hand. */
export function readSurface(): Surface | null {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Surface) : null
}
