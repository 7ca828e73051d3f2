import { mapLocation } from './map-location.ts'
import { mapProvider } from './map-provider.ts'
import { readRole } from './map-role.ts'
import { keysOfResource } from './mapped.ts'
import { locationImport, providerImport } from './mutations.ts'
import { readResources } from './read-resources.ts'
import { parseReference } from './reference.ts'
import { keyOf } from './reference-map.ts'
import type { ResourceKeys } from './reference-map.ts'
import { runStage } from './stage.ts'
import type { Alias } from './stage.ts'
import type { Json } from './element.ts'
import { shown } from './work.ts'
import type { Import } from './work.ts'

/** Imports the locations. */
export async function importLocations(work: Import): Promise<void> {
  const files = work.files('Location')
  if (!files) return
  await shown(work, files, 'Location', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Location'),
      mutation: locationImport,
      map: (resource) => mapLocation(resource, work.mapping),
      aliases: (resource) => organizationOf(work, resource),
      onMade(item, id) {
        work.references.add('Location', item.keys, id)
        for (const alias of item.aliases) work.references.add(alias.type, alias.keys, id)
      },
    }),
  )
}

function organizationOf(work: Import, location: Json): Alias[] {
  return parseReference(location['managingOrganization']).targets.map((target) => {
    const said: ResourceKeys =
      'id' in target ? { id: target.id, identifiers: [] } : { id: null, identifiers: [target.identifier] }
    return { type: 'Organization', keys: work.organizations.get(keyOf('Organization', target)) ?? said }
  })
}

/** Reads what the practitioners' roles say, before the practitioners themselves. */
export async function readRoles(work: Import): Promise<void> {
  const files = work.files('PractitionerRole')
  if (!files) return
  const tally = work.tally('PractitionerRole', 'joined')
  await shown(work, files, 'PractitionerRole', async () => {
    for await (const { resource, file, line } of readResources(
      files,
      tally,
      work.run.progress,
      work.run.reading,
    )) {
      const role = readRole(resource, work.mapping)
      if ('problems' in role) {
        tally.refuse(file, line, role.problems.join('; '))
        continue
      }
      tally.leaveOut(role.leftOut)
      work.roles.add(role.practitionerKeys, { facts: role.facts, keys: keysOfResource(resource), file, line })
    }
  })
}

/** Imports the practitioners with what their roles say. */
export async function importProviders(work: Import): Promise<void> {
  const files = work.files('Practitioner')
  if (!files) return
  await shown(work, files, 'Practitioner', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Practitioner'),
      mutation: providerImport,
      map: (resource) => mapProvider(resource, work.roles.of(keysOfResource(resource)), work.mapping),
      aliases: (resource) =>
        work.roles.keysOf(keysOfResource(resource)).map((keys) => ({ type: 'PractitionerRole', keys })),
      onMade(item, id) {
        work.references.add('Practitioner', item.keys, id)
        for (const alias of item.aliases) work.references.add(alias.type, alias.keys, id)
        work.roles.join(item.keys)
      },
    }),
  )
}

/** Refuses the roles whose practitioner went in neither as a provider nor as a contact. */
export function refuseWaitingRoles(work: Import): Promise<void> {
  for (const { file, line } of work.roles.waiting()) {
    work
      .tally('PractitionerRole', 'joined')
      .refuse(file, line, 'its practitioner is not among those imported')
  }
  return Promise.resolve()
}
