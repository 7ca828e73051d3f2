import { readFileSync } from 'node:fs'

/** What an app's package.json says that Node is to be started with, as its image does. */
export function readNodeOptions(name: string): string[] {
  const manifest = JSON.parse(
    readFileSync(new URL(`../../apps/${name}/package.json`, import.meta.url), 'utf8'),
  ) as {
    commonchart?: { nodeOptions?: string }
  }
  return manifest.commonchart?.nodeOptions?.split(' ') ?? []
}
