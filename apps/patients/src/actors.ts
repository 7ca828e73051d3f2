import type { Identity } from '@commonchart/identity'
import { loadActor, readActor as readActorOf, type Actor } from '@commonchart/subgraph'
import type { Context, PatientsChange } from './context.ts'
import type { Patient } from './patient-columns.ts'

/** Who archived, as a row keeps it. */
export interface ActorColumns {
  archivedByKind: Actor['kind']
  archivedById: string
}

/** Names whoever archives in a mutation. */
export async function readActor(change: PatientsChange): Promise<ActorColumns> {
  const { kind, id } = await readActorOf(change)
  return { archivedByKind: kind, archivedById: id }
}

/** Gives who archived a patient, for the union `ArchivedBy`. */
export function loadArchivedBy(
  { archivedByKind: kind, archivedById: id }: Patient,
  context: Context,
): Promise<object | null> {
  return loadActor(context, { kind, id })
}

/** What an event says of who closed a record, so that what follows is recorded in that name. */
export function closerOf({ kind, subject, name, role, keyId, ip, requestId }: Identity) {
  return { kind, subject, name, role, keyId, ip, requestId }
}
