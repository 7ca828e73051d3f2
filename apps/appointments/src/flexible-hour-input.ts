import type { Violations } from '@commonchart/errors'
import { given } from '@commonchart/subgraph'
import { readRequired } from './input-text.ts'
import type { FlexibleWorkHourRow } from './tables.ts'
import { readBookable, type BookableInput } from './work-hour-input.ts'

/** The fields of dated hours as an input may give them, but for what they refer to. */
export interface FlexibleHourInput extends BookableInput {
  startAtDate?: string | null
  endAtDate?: string | null
}

/** What may change of dated hours. */
export type FlexibleHourColumns = Omit<
  FlexibleWorkHourRow,
  'domainId' | 'id' | 'providerId' | 'version' | 'createdAt' | 'updatedAt'
>
export type FlexibleHourValues = Partial<FlexibleHourColumns & { serviceIds: number[] }>

/** Reads what an input says of dated hours; `row` is what they are now. Adds every violation. */
export function readFlexibleHour(
  input: FlexibleHourInput,
  path: string,
  violations: Violations,
  row?: FlexibleWorkHourRow,
): FlexibleHourValues {
  const bookable = readBookable(input, path, violations)
  const values = given({
    ...bookable,
    startDay: readRequired(input.startAtDate, `${path}.startAtDate`, violations),
    endDay: readRequired(input.endAtDate, `${path}.endAtDate`, violations),
  })
  const { startDay = '', endDay = '', startMinute = 0, endMinute = 1 } = { ...row, ...values }
  if (startDay > endDay)
    violations.add(`${path}.endAtDate`, 'TIMES_OUT_OF_ORDER', 'The last day is not before the first.')
  else if (startDay === endDay && startMinute >= endMinute)
    violations.add(
      `${path}.endAtTime`,
      'TIMES_OUT_OF_ORDER',
      'Work hours of one day end after they begin; those that run past midnight end on a later day.',
    )
  return values
}
