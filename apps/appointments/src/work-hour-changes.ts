import type { AppointmentsChange } from './context.ts'
import { createHours, deactivateHours, updateHours, type HourKind } from './hour-changes.ts'
import type { StandardWorkHourRow } from './tables.ts'
import { readWorkHour, type WorkHourInput, type WorkHourValues } from './work-hour-input.ts'
import type { Referring } from './work-hour-references.ts'

/** Weekly hours. */
export const weekly: HourKind<WorkHourInput, StandardWorkHourRow, WorkHourValues> = {
  table: 'standardWorkHour',
  services: 'standardWorkHourService',
  counter: 'standard_work_hour',
  type: 'StandardWorkHour',
  usual: { showIntervalsOnSchedule: false },
  read: readWorkHour,
  written: (values, row) => ({ kind: 'standard', values, row }),
  isWhole: ({ weekday, startMinute, endMinute, visitType }) =>
    [weekday, startMinute, endMinute, visitType].every((each) => each !== undefined),
}

export function createStandardWorkHour(
  change: AppointmentsChange,
  input: Omit<WorkHourInput, 'deactivated'> & Referring & { providerUserId: string },
): Promise<{ id: string }> {
  return createHours(change, weekly, input)
}

export function updateStandardWorkHour(
  change: AppointmentsChange,
  input: WorkHourInput & Referring & { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  return updateHours(change, weekly, input)
}

export function deactivateStandardWorkHour(
  change: AppointmentsChange,
  input: { id: string; expectedVersion?: number | null },
): Promise<{ id: string }> {
  return deactivateHours(change, weekly, input)
}
