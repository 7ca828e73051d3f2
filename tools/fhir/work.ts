import { setTimeout as sleep } from 'node:timers/promises'
import type { Folder, TypeFiles } from './folder.ts'
import type { ImportOptions } from './import.ts'
import type { MappingOptions } from './options.ts'
import { silentProgress } from './progress.ts'
import { createReferenceMap } from './reference-map.ts'
import type { ReferenceMap, ResourceKeys } from './reference-map.ts'
import { createTally } from './report.ts'
import type { Tally, TypeReport } from './report.ts'
import { createRoleBook } from './roles.ts'
import type { RoleBook } from './roles.ts'
import type { Run } from './stage.ts'

/** What the stages of one import work on. */
export type Import = {
  run: Run
  mapping: MappingOptions
  references: ReferenceMap
  /** The facilities and contacts of the address book, apart from the places and providers of the organisation itself. */
  addressBook: ReferenceMap
  roles: RoleBook
  /** Every key of an organisation under each of its keys. */
  organizations: Map<string, ResourceKeys>
  /** The records of identification templates, by the system of the identifier. */
  templates: Map<string, string>
  files(type: string): TypeFiles | null
  tally(type: string, handling?: TypeReport['handling']): Tally
}

/** Prepares an import of a folder; the tallies are filled as the stages run. */
export function openImport(
  options: ImportOptions,
  folder: Folder,
  source: string,
  tallies: Map<string, Tally>,
): Import {
  const files = (type: string): TypeFiles | null => folder.types.find((one) => one.type === type) ?? null
  return {
    run: {
      send: options.send,
      wait: options.wait ?? ((ms) => sleep(ms)),
      progress: options.progress ?? silentProgress,
      reading: { maxLineBytes: options.maxLineBytes, signal: options.signal },
      batch: {
        maxItems: Math.min(options.batchItems ?? 250, 500),
        maxBytes: options.batchBytes ?? 256 * 1024,
        concurrency: options.concurrency ?? 2,
      },
    },
    mapping: { source, now: options.now ?? new Date() },
    references: createReferenceMap(),
    addressBook: createReferenceMap(),
    roles: createRoleBook(),
    organizations: new Map(),
    templates: new Map(),
    files,
    tally(type, handling = 'imported') {
      const names = files(type)?.files.map(({ name }) => name) ?? []
      const tally =
        tallies.get(type) ?? createTally(type, handling, names, options.onProblem ?? (() => undefined))
      tallies.set(type, tally)
      return tally
    },
  }
}

/** Runs one reading of a type's files between the beginning and the end of its progress display. */
export async function shown(
  work: Import,
  files: TypeFiles,
  name: string,
  read: () => Promise<void>,
): Promise<void> {
  work.run.progress.begin(
    name,
    files.files.reduce((sum, file) => sum + file.bytes, 0),
  )
  try {
    await read()
  } finally {
    work.run.progress.end()
  }
}
