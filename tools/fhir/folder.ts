import { readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'

/** The files of one resource type, in the order of their names. */
export type TypeFiles = { type: string; files: { path: string; name: string; bytes: number }[] }

export type Folder = { types: TypeFiles[]; otherFiles: string[] }

/** What makes a whole import impossible, said in one sentence for the person at the terminal. */
export class ImportError extends Error {
  override name = 'ImportError'
}

const bulkFile = /^([A-Z][A-Za-z]+)(?:[.-][A-Za-z0-9_-]+)?\.ndjson$/

/** The resource type that a bulk data file name announces: `Patient.ndjson`, `Patient.000.ndjson`, `Patient-1.ndjson`. */
export function typeOfFileName(name: string): string | null {
  return bulkFile.exec(name)?.[1] ?? null
}

/** Lists the bulk data files of a folder by resource type; what is no bulk data file is named apart. */
export async function listFolder(folder: string): Promise<Folder> {
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new ImportError(`The folder ${folder} cannot be read.`, { cause })
  })
  const types = new Map<string, TypeFiles>()
  const otherFiles: string[] = []
  for (const name of names.sort()) {
    const type = typeOfFileName(name)
    const path = join(folder, name)
    const found = await stat(path)
    if (!type || !found.isFile()) {
      otherFiles.push(name)
      continue
    }
    const entry = types.get(type) ?? { type, files: [] }
    entry.files.push({ path, name, bytes: found.size })
    types.set(type, entry)
  }
  if (types.size === 0) {
    throw new ImportError(
      `The folder ${folder} holds no file named like Patient.ndjson or Patient.000.ndjson.`,
    )
  }
  return { types: [...types.values()], otherFiles }
}
