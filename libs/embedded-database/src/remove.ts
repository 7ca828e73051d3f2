import { rm } from 'node:fs/promises'
import { findOrCreateAccount } from './account.ts'
import { findHome } from './data-folder.ts'
import { endLeftover } from './leftover.ts'
import { join } from 'node:path'

/** Removes a server's folder with all of its data, ending a server that still runs on it. */
export async function removeEmbeddedDatabase(
  folder: string,
  onProgress: (sentence: string) => void = () => undefined,
): Promise<void> {
  const home = findHome(folder, await findOrCreateAccount())
  await endLeftover(join(home, 'data'), onProgress)
  for (const path of [home, folder]) await rm(path, { recursive: true, force: true })
}
