import type { Violations } from '@commonchart/errors'
import { colorOf, type ColorInput } from './colors.ts'
import { given } from './columns.ts'
import { readCount, readRequired } from './input-text.ts'
import { weekdays, type VisitType, type Weekday } from './names.ts'
import type { StandardWorkHourRow } from './tables.ts'
import { minuteOfTime } from './work-hours.ts'

/** The fields of work hours as an input may give them, but for what they refer to. */
export interface WorkHourInput {
  weekday?: Weekday | null
  startAtTime?: string | null
  endAtTime?: string | null
  visitType?: VisitType | null
  slot?: number | null
  interval?: number | null
  stacking?: boolean | null
  showIntervalsOnSchedule?: boolean | null
  color?: ColorInput | null
  deactivated?: boolean | null
}

/** What may change of work hours. */
export type WorkHourColumns = Omit<
  StandardWorkHourRow,
  'domainId' | 'id' | 'providerId' | 'version' | 'createdAt' | 'updatedAt'
>
export type WorkHourValues = Partial<WorkHourColumns & { serviceIds: number[] }>

const endOfDay = 1440

/** Reads what an input says of work hours; `row` is what they are now. Adds every violation. */
export function readWorkHour(
  input: WorkHourInput,
  path: string,
  violations: Violations,
  row?: StandardWorkHourRow,
): WorkHourValues {
  const at = (field: keyof WorkHourInput) => `${path}.${field}`
  const required = <Field extends keyof WorkHourInput>(field: Field) =>
    readRequired(input[field], at(field), violations)
  const [weekday, start, end] = [required('weekday'), required('startAtTime'), required('endAtTime')]
  const startMinute = start === undefined ? undefined : minuteOfTime(start)
  const endMinute = end === undefined ? undefined : minuteOfTime(end) || endOfDay
  if ((startMinute ?? row?.startMinute ?? 0) >= (endMinute ?? row?.endMinute ?? endOfDay))
    violations.add(at('endAtTime'), 'TIMES_OUT_OF_ORDER', 'Work hours end after they begin.')
  return given({
    weekday: weekday === undefined ? undefined : weekdays.indexOf(weekday),
    startMinute,
    endMinute,
    visitType: required('visitType'),
    slot: readCount(input.slot, [1, 1000], at('slot'), violations),
    intervalMinutes: readCount(input.interval, [1, endOfDay], at('interval'), violations),
    stacking: required('stacking'),
    showIntervalsOnSchedule: required('showIntervalsOnSchedule'),
    color: colorOf(input.color, at('color'), violations),
    deactivated: required('deactivated'),
  })
}
