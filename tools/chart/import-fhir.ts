import type { Command } from 'commander'
import { postGraph } from '../environment/graph.ts'
import { importFhir } from '../fhir/import.ts'
import { openProgress, silentProgress } from '../fhir/progress.ts'
import { formatReport } from '../fhir/report-text.ts'
import { PartlyRefused, type Io } from './io.ts'
import { readSettings } from './settings.ts'

interface ImportOptions {
  domain: string
  host?: string
  source?: string
}

/** Adds `import fhir`. */
export function addImportCommands(program: Command, io: Io): void {
  const imports = program.command('import').description("bring another system's records into a domain")
  imports
    .command('fhir')
    .argument('<folder>', 'a folder of R4 Bulk Data files (*.ndjson)')
    .description('import patients, practitioners, locations and encounters; again changes nothing')
    .requiredOption('--domain <name>', 'the domain that they go into')
    .option('--host <host>', 'a host name of the domain; looked up with the operator key by default')
    .option('--source <url>', 'the server that the files came from, under which its ids are remembered')
    .addHelpText(
      'after',
      `
Patient, Practitioner, PractitionerRole, Location and Encounter go in; other types are counted and named.
It ends with 1 when a record was refused or it had to stop early, and says which and why.

Example:
  $ chart import fhir ./fhir-r4-100 --domain north`,
    )
    .action(async (folder: string, { domain, host, source }: ImportOptions, command: Command) => {
      const settings = readSettings(command, io)
      const known = host ?? (await settings.findHost(domain))
      const person = { domain, subject: 'import', name: 'FHIR import', role: 'support' as const }
      const report = await importFhir({
        folder,
        ...(source === undefined ? {} : { source }),
        send: (query, variables) => postGraph(settings.settingsAddress(person, known), query, variables),
        progress: settings.json ? silentProgress : openProgress(io.err),
        signal: io.takeInterruption(),
      })
      settings.print(report, formatReport(report))
      if (report.stopped !== null || report.types.some(({ refused }) => refused > 0))
        throw new PartlyRefused('Not everything went in.')
    })
}
