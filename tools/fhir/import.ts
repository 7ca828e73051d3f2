import { listFolder } from './folder.ts'
import type { Folder } from './folder.ts'
import type { Progress } from './progress.ts'
import { countResources } from './read-resources.ts'
import type { Problem, Report, Tally } from './report.ts'
import { SendError } from './send.ts'
import type { Send } from './send.ts'
import { importAppointments, importServices } from './stages-appointments.ts'
import { importContacts, importFacilities } from './stages-address-book.ts'
import { importLocations, importProviders, readRoles, refuseWaitingRoles } from './stages-clinic.ts'
import { importIdentificationTemplates, importPatients } from './stages-patients.ts'
import { openImport, shown } from './work.ts'
import type { Import } from './work.ts'

export type ImportOptions = {
  folder: string
  send: Send
  /** The server that the export came from: resource ids are remembered as its own. */
  source?: string
  progress?: Progress
  /** Hears of each resource that did not go in, at once; the report keeps a few examples of each reason. */
  onProblem?: (problem: Problem) => void
  /** At most 500. */
  batchItems?: number
  batchBytes?: number
  concurrency?: number
  maxLineBytes?: number
  now?: Date
  signal?: AbortSignal
  wait?: (ms: number) => Promise<void>
}

export const defaultSource = 'urn:fhir:resource-id'

const stages = [
  importFacilities,
  importLocations,
  readRoles,
  importProviders,
  importContacts,
  refuseWaitingRoles,
  importIdentificationTemplates,
  importPatients,
  importServices,
  importAppointments,
]

const handled = new Set([
  ...['Organization', 'Location', 'PractitionerRole', 'Practitioner', 'Patient', 'Encounter'],
])

/**
 * Imports a folder of FHIR R4 bulk data (NDJSON) through the settings graph and reports what became of every resource.
 * Run again it changes nothing. It holds ids and one batch per request, never a file. What stops it early (the gateway
 * stays away, `signal`) is said in the report; throws ImportError when the folder is none.
 */
export async function importFhir(options: ImportOptions): Promise<Report> {
  const started = Date.now()
  const folder = await listFolder(options.folder)
  const source = options.source ?? defaultSource
  const tallies = new Map<string, Tally>()
  const work = openImport(options, folder, source, tallies)
  let stopped: string | null = null
  try {
    for (const stage of stages) await stage(work)
    await countOthers(work, folder)
  } catch (error) {
    if (!(error instanceof SendError) && !options.signal?.aborted) throw error
    stopped = options.signal?.aborted
      ? 'It was interrupted; run it again to go on.'
      : String((error as Error).message)
  }
  return {
    folder: options.folder,
    source,
    durationMs: Date.now() - started,
    types: [...tallies.values()].map((tally) => tally.report()),
    otherFiles: folder.otherFiles,
    stopped,
  }
}

async function countOthers(work: Import, folder: Folder): Promise<void> {
  for (const files of folder.types) {
    if (handled.has(files.type)) continue
    await shown(work, files, files.type, () =>
      countResources(files, work.tally(files.type, 'counted'), work.run.progress, work.run.reading),
    )
  }
}
