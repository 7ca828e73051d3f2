import type { Violations } from '@commonchart/errors'
import { readActor } from '@commonchart/subgraph'
import type { AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange } from './context.ts'
import { readText } from './input-text.ts'
import type { AppointmentStatus } from './names.ts'

/** The columns that say why, when and by whom an appointment was cancelled or deactivated. */
export type Cancellation = Pick<
  AppointmentRecord,
  'cancelReason' | 'cancelledAt' | 'cancelledByKind' | 'cancelledById'
>

export const noCancellation: Cancellation = {
  ...{ cancelReason: null, cancelledAt: null, cancelledByKind: null, cancelledById: null },
}

/** The cancellation by whoever acts, now. */
export async function createCancellation(
  change: Pick<AppointmentsChange, 'trx' | 'domainId' | 'identity' | 'now'>,
  reason: string | null,
): Promise<Cancellation> {
  const { kind, id } = await readActor(change)
  return { cancelReason: reason, cancelledAt: change.now, cancelledByKind: kind, cancelledById: id }
}

/** Reads what a change makes of an appointment's cancellation: it begins with the status, and is forgotten with it. */
export async function readCancellation(
  change: AppointmentsChange,
  row: AppointmentRecord,
  input: { status?: AppointmentStatus | null; cancelReason?: string | null },
  violations: Violations,
): Promise<Partial<Cancellation>> {
  const reason = readText(input.cancelReason, 'input.cancelReason', violations)
  const [was, is] = [row.status, input.status ?? row.status].map((status) => status === 'CANCELLED')
  if (is && !was) return createCancellation(change, reason ?? null)
  if (!is && !row.deactivated) {
    if (reason)
      violations.add('input.cancelReason', 'NOT_CANCELLED', 'Only what is cancelled has a reason for it.')
    return was ? noCancellation : {}
  }
  return reason === undefined ? {} : { cancelReason: reason }
}
