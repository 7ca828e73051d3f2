import type { RoleFacts } from './map-role.ts'
import { keysOf } from './reference-map.ts'
import type { ResourceKeys } from './reference-map.ts'

type HeldRole = { facts: RoleFacts; keys: ResourceKeys; file: string; line: number; joined: boolean }

/** The roles read before their practitioners: what each adds to a provider, found by the provider's keys. */
export type RoleBook = {
  add(
    practitionerKeys: string[],
    role: { facts: RoleFacts; keys: ResourceKeys; file: string; line: number },
  ): void
  /** What the roles of a practitioner say, in the order read. */
  of(practitioner: ResourceKeys): RoleFacts[]
  /** The keys of a practitioner's roles: a reference to a role finds the provider. */
  keysOf(practitioner: ResourceKeys): ResourceKeys[]
  /** Marks the roles of a practitioner as joined to the provider that it became. */
  join(practitioner: ResourceKeys): void
  /** The roles whose practitioner did not come. */
  waiting(): { file: string; line: number }[]
}

/** Creates an empty role book. It holds a few words per role, as many as there are providers and not patients. */
export function createRoleBook(): RoleBook {
  const byPractitioner = new Map<string, HeldRole[]>()
  const all: HeldRole[] = []

  function find(practitioner: ResourceKeys): HeldRole[] {
    return [...new Set(keysOf('Practitioner', practitioner).flatMap((key) => byPractitioner.get(key) ?? []))]
  }

  return {
    add(practitionerKeys, role) {
      const held = { ...role, joined: false }
      all.push(held)
      for (const key of practitionerKeys) byPractitioner.set(key, [...(byPractitioner.get(key) ?? []), held])
    },
    of: (practitioner) => find(practitioner).map(({ facts }) => facts),
    keysOf: (practitioner) => find(practitioner).map(({ keys }) => keys),
    join(practitioner) {
      for (const role of find(practitioner)) role.joined = true
    },
    waiting: () => all.filter(({ joined }) => !joined),
  }
}
