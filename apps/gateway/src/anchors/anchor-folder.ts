import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder outside every database in which the newest checkpoints survive the gateway, each in `DOMAIN_ID.checkpoint`. */
export interface AnchorFolder {
  /** Every checkpoint kept, as it was signed, by domain. */
  readAll(): Map<number, string>
  write(domainId: number, checkpoint: string): void
  /** The verifier key that was learnt on first sight, if one was. */
  findKey(): string | undefined
  writeKey(verifierKey: string): void
}

const checkpointFile = /^(\d+)\.checkpoint$/
const keyFile = 'checkpoint.key'

/** Opens the folder and makes it when it is not there. Throws when it cannot be made. */
export function openAnchorFolder(folder: string): AnchorFolder {
  mkdirSync(folder, { recursive: true })
  const write = (name: string, text: string): void => {
    const file = join(folder, name)
    writeFileSync(`${file}.partial`, text)
    renameSync(`${file}.partial`, file)
  }
  const keyPath = join(folder, keyFile)
  return {
    readAll() {
      const kept = new Map<number, string>()
      for (const name of readdirSync(folder)) {
        const domainId = checkpointFile.exec(name)?.[1]
        if (domainId !== undefined) kept.set(Number(domainId), readFileSync(join(folder, name), 'utf8'))
      }
      return kept
    },
    write: (domainId, checkpoint) => write(`${domainId}.checkpoint`, checkpoint),
    findKey: () => (existsSync(keyPath) ? readFileSync(keyPath, 'utf8') : undefined),
    writeKey: (verifierKey) => write(keyFile, `${verifierKey.trim()}\n`),
  }
}
