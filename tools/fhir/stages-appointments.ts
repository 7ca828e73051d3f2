import { mapAppointment } from './map-appointment.ts'
import { createServiceCensus } from './map-service.ts'
import { appointmentImport, serviceImport } from './mutations.ts'
import { readResources } from './read-resources.ts'
import { createTally } from './report.ts'
import { openSender, runStage } from './stage.ts'
import { shown } from './work.ts'
import type { Import } from './work.ts'

/** Reads the encounters once for what they were about, and imports a service for each type (else class) of encounter. */
export async function importServices(work: Import): Promise<void> {
  const files = work.files('Encounter')
  if (!files) return
  const census = createServiceCensus()
  // What is wrong with a line is told when the encounters themselves are read.
  const unseen = createTally('Encounter', 'counted', [], () => undefined)
  await shown(work, files, 'Encounter types', async () => {
    for await (const { resource } of readResources(files, unseen, work.run.progress, work.run.reading))
      census.add(resource)
  })
  const tally = work.tally('Encounter types')
  const sender = openSender(work.run, serviceImport, tally, (item, id) =>
    work.references.add('HealthcareService', item.keys, id),
  )
  for (const input of census.services()) {
    tally.read()
    const keys = { id: null, identifiers: [input.externalId] }
    await sender.add({ input, keys, aliases: [], file: 'Encounter', line: 0, bytes: 200, leftOut: [] })
  }
  await sender.end()
}

/** Imports the encounters as the appointments that they were. */
export async function importAppointments(work: Import): Promise<void> {
  const files = work.files('Encounter')
  if (!files) return
  await shown(work, files, 'Encounter', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Encounter'),
      mutation: appointmentImport,
      map: (resource) => mapAppointment(resource, work.mapping, work.references),
      onMade: () => undefined,
    }),
  )
}
