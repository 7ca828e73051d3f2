import type { Violations } from '@commonchart/errors'
import { given } from '@commonchart/subgraph'
import { colorOf, type ColorInput } from './colors.ts'
import { readCount, readRequired } from './input-text.ts'
import { weekdays, type VisitType, type Weekday } from './names.ts'
import type { StandardWorkHourRow } from './tables.ts'
import { minuteOfTime } from './work-hours.ts'

/** What inputs of weekly and of dated hours say alike. */
export interface BookableInput {
  startAtTime?: string | null
  endAtTime?: string | null
  visitType?: VisitType | null
  slot?: number | null
  interval?: number | null
  stacking?: boolean | null
  color?: ColorInput | null
  deactivated?: boolean | null
}

/** The fields of weekly hours as an input may give them, but for what they refer to. */
export interface WorkHourInput extends BookableInput {
  weekday?: Weekday | null
  showIntervalsOnSchedule?: boolean | null
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
  const weekday = readRequired(input.weekday, `${path}.weekday`, violations)
  const bookable = readBookable(input, path, violations)
  const { startMinute = row?.startMinute ?? 0, endMinute = row?.endMinute ?? endOfDay } = bookable
  if (startMinute >= endMinute)
    violations.add(`${path}.endAtTime`, 'TIMES_OUT_OF_ORDER', 'Work hours end after they begin.')
  return given({
    ...bookable,
    weekday: weekday === undefined ? undefined : weekdays.indexOf(weekday),
    showIntervalsOnSchedule: readRequired(
      input.showIntervalsOnSchedule,
      `${path}.showIntervalsOnSchedule`,
      violations,
    ),
  })
}

/** Reads what inputs of weekly and of dated hours say alike. Adds every violation but those of the order of the times. */
export function readBookable(input: BookableInput, path: string, violations: Violations) {
  const at = (field: keyof BookableInput) => `${path}.${field}`
  const required = <Field extends keyof BookableInput>(field: Field) =>
    readRequired(input[field], at(field), violations)
  const [start, end] = [required('startAtTime'), required('endAtTime')]
  return given({
    startMinute: start === undefined ? undefined : minuteOfTime(start),
    endMinute: end === undefined ? undefined : minuteOfTime(end) || endOfDay,
    visitType: required('visitType'),
    slot: readCount(input.slot, [1, 1000], at('slot'), violations),
    intervalMinutes: readCount(input.interval, [1, endOfDay], at('interval'), violations),
    stacking: required('stacking'),
    color: colorOf(input.color, at('color'), violations),
    deactivated: required('deactivated'),
  })
}

/** Leaves what CHR has a default for out of an input that creates hours when it is null: CHR takes null for it. */
export function withoutNulls<Input extends BookableInput & { showIntervalsOnSchedule?: boolean | null }>(
  input: Input,
): Input {
  const { slot, interval, stacking, showIntervalsOnSchedule } = input
  return {
    ...input,
    slot: slot ?? undefined,
    interval: interval ?? undefined,
    stacking: stacking ?? undefined,
    showIntervalsOnSchedule: showIntervalsOnSchedule ?? undefined,
  }
}
