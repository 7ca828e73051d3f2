import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A subgraph of this workspace. */
export interface SubgraphApp {
  name: string
  /** Where it answers in development and in its image, unless its environment says otherwise. */
  port: number
}

/**
 * Lists the subgraphs of a workspace by their ports: the apps whose package.json has the tag `type:subgraph`. This is the one
 * place that says which there are; whatever needs all of them asks here.
 */
export function listSubgraphs(apps = new URL('../../../apps/', import.meta.url)): SubgraphApp[] {
  const found = readdirSync(apps).flatMap((name) => {
    const file = new URL(`${name}/package.json`, apps)
    if (!existsSync(file)) return []
    const { nx, commonchart } = JSON.parse(readFileSync(file, 'utf8')) as AppManifest
    if (!nx?.tags?.includes('type:subgraph')) return []
    if (!commonchart?.port) throw new Error(`apps/${name}/package.json does not say commonchart.port`)
    return [{ name, port: commonchart.port }]
  })
  return found.sort((one, other) => one.port - other.port)
}

interface AppManifest {
  nx?: { tags?: string[] }
  commonchart?: { port?: number }
}

/** The names of this workspace's subgraphs. */
export const subgraphNames: readonly string[] = listSubgraphs().map(({ name }) => name)

/** A service's name as it stands in names of environment variables. */
export function toVariable(name: string): string {
  return name.toUpperCase().replaceAll('-', '_')
}
