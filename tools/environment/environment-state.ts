import type { Home } from './home.ts'
import { findJson, writePublicFile } from './private-file.ts'

/** What a start leaves for `chart` to find. */
export interface EnvironmentState {
  url: string
  operatorUrl: string
  /** Where the embedded server listens, when there is one. */
  databasePort?: number | undefined
  /** The demo domain and its consumer, whose private key is in `key`. */
  demo?: { domain: string; issuer: string; key: string; seededOn?: string }
}

export function findState(home: Home): EnvironmentState | undefined {
  return findJson<EnvironmentState>(home.state)
}

export function writeState(home: Home, state: EnvironmentState): void {
  writePublicFile(home.state, JSON.stringify(state, null, 2))
}
