import type { Json } from './element.ts'
import { mapContact } from './map-contact.ts'
import { mapFacility } from './map-facility.ts'
import { keysOfResource } from './mapped.ts'
import { contactImport, facilityImport } from './mutations.ts'
import { keysOf } from './reference-map.ts'
import { runStage } from './stage.ts'
import { shown } from './work.ts'
import type { Import } from './work.ts'

/**
 * Imports the organisations as facilities, and remembers their keys, by which a location is found for an encounter that
 * names only who served.
 */
export async function importFacilities(work: Import): Promise<void> {
  const files = work.files('Organization')
  if (!files) return
  const remember = (resource: Json): void => {
    const keys = keysOfResource(resource)
    for (const key of keysOf('Organization', keys)) work.organizations.set(key, keys)
  }
  await shown(work, files, 'Organization', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Organization'),
      mutation: facilityImport,
      map(resource) {
        remember(resource)
        return mapFacility(resource, work.mapping)
      },
      onMade: (item, id) => work.addressBook.add('Organization', item.keys, id),
    }),
  )
}

/** Imports the practitioners as contacts too, each in the facility that a role of theirs names. */
export async function importContacts(work: Import): Promise<void> {
  const files = work.files('Practitioner')
  if (!files) return
  const facility = (reference: unknown) => work.addressBook.resolve(reference, ['Organization'])
  await shown(work, files, 'Practitioner contacts', () =>
    runStage(work.run, {
      files,
      tally: work.tally('Practitioner contacts'),
      mutation: contactImport,
      map: (resource) =>
        mapContact(resource, work.roles.of(keysOfResource(resource)), work.mapping, facility),
      aliases: (resource) =>
        work.roles.keysOf(keysOfResource(resource)).map((keys) => ({ type: 'PractitionerRole', keys })),
      onMade(item, id) {
        work.addressBook.add('Practitioner', item.keys, id)
        for (const alias of item.aliases) work.addressBook.add(alias.type, alias.keys, id)
        work.roles.join(item.keys)
      },
    }),
  )
}
