import type { AppointmentsChange } from './context.ts'
import { readFlexibleHour, type FlexibleHourInput, type FlexibleHourValues } from './flexible-hour-input.ts'
import { createHours, deactivateHours, updateHours, type HourKind } from './hour-changes.ts'
import type { FlexibleWorkHourRow } from './tables.ts'
import type { Referring } from './work-hour-references.ts'

/** Dated hours. */
export const dated: HourKind<FlexibleHourInput, FlexibleWorkHourRow, FlexibleHourValues> = {
  table: 'flexibleWorkHour',
  services: 'flexibleWorkHourService',
  counter: 'flexible_work_hour',
  type: 'FlexibleWorkHour',
  usual: {},
  read: readFlexibleHour,
  written: (values, row) => ({ kind: 'flexible', values, row }),
  isWhole: ({ startDay, endDay, startMinute, endMinute, visitType }) =>
    [startDay, endDay, startMinute, endMinute, visitType].every((each) => each !== undefined),
}

export function createFlexibleWorkHour(
  change: AppointmentsChange,
  input: Omit<FlexibleHourInput, 'deactivated'> & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  return createHours(change, dated, input)
}

export function updateFlexibleWorkHour(
  change: AppointmentsChange,
  input: FlexibleHourInput & Referring & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  return updateHours(change, dated, input)
}

export function deactivateFlexibleWorkHour(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  return deactivateHours(change, dated, input)
}
