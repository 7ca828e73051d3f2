import type { Services } from '@commonchart/subgraph'
import { requireContact } from './contacts.ts'
import type { PatientsChange } from './context.ts'
import { requireFacility } from './facilities.ts'
import { requireReference } from './references.ts'

type GivenId = string | number | null

/** Whom and what a patient refers to, each by its id. */
export interface PatientReferencesInput {
  primaryLocationId?: GivenId
  primaryPractitionerId?: GivenId
  familyPractitionerId?: GivenId
  referringPractitionerId?: GivenId
  preferredPharmacyId?: GivenId
}

type ReferenceName = keyof PatientReferencesInput

const owned = { primaryLocationId: 'locationRef', primaryPractitionerId: 'providerRef' } as const
const own = {
  familyPractitionerId: requireContact,
  referringPractitionerId: requireContact,
  preferredPharmacyId: requireFacility,
}

const ownedNames = ['primaryLocationId', 'primaryPractitionerId'] as const
const ownNames = ['familyPractitionerId', 'referringPractitionerId', 'preferredPharmacyId'] as const

/** Every reference that an input may set. */
export const referenceNames: readonly ReferenceName[] = [...ownedNames, ...ownNames]

/** Reads the references that an input sets: absent stays out, null clears, an id is checked (`NOT_FOUND` with its path). */
export async function readPatientReferences(
  { trx, domainId }: PatientsChange,
  services: Services,
  input: PatientReferencesInput,
  path = 'input',
): Promise<Partial<Record<ReferenceName, number | null>>> {
  const found: Partial<Record<ReferenceName, number | null>> = {}
  const read = async (name: ReferenceName, check: (id: string | number) => Promise<number>) => {
    const id = input[name]
    if (id !== undefined) found[name] = id === null ? null : await check(id)
  }
  for (const name of ownedNames)
    await read(name, (id) =>
      requireReference(trx, services, domainId, { table: owned[name], id, path: `${path}.${name}` }),
    )
  for (const name of ownNames) await read(name, (id) => own[name](trx, domainId, id, `${path}.${name}`))
  return found
}
