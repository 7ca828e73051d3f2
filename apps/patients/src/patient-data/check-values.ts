import type { Violations } from '@commonchart/errors'
import type { Entity } from './entities.ts'
import type { EntityKind, StoredValue } from './tables.ts'
import { findEntity } from './write-entities.ts'

export interface ValueInput {
  valueUuid: string
  textValue?: string | null
  dateValue?: string | null
  numberValue?: number | null
  singleSelectValue?: string | null
  multiSelectValue?: string[] | null
}

type ValueField = Exclude<keyof ValueInput, 'valueUuid'>
type Content = Record<string, StoredValue>

const fieldOfKind: Record<EntityKind, ValueField> = {
  TEXT: 'textValue',
  DATE: 'dateValue',
  NUMBER: 'numberValue',
  SINGLE_SELECTION: 'singleSelectValue',
  MULTI_SELECTION: 'multiSelectValue',
}
const allFields = Object.values(fieldOfKind)
const longestText = { oneLine: 1000, manyLines: 20_000 }
const lengthOfFormat = { YEAR: 4, YEAR_MONTH: 7, YEAR_MONTH_DAY: 10 }

/**
 * What an item holds once these values are written over what it held: a value that is not sent stays, an empty one is
 * cleared. Adds every rule that a value breaks to `violations`; `today` is the day in the domain.
 */
export function mergeValues(
  held: Content,
  inputs: readonly ValueInput[],
  entities: readonly Entity[],
  { today, violations }: { today: string; violations: Violations },
): Content {
  const content = { ...held }
  const seen = new Set<string>()
  const live = entities.filter((entity) => !entity.archived)
  for (const [at, input] of inputs.entries()) {
    const path = `input.values.${at}`
    const entity = findEntity(live, input.valueUuid)
    if (!entity) {
      violations.add(`${path}.valueUuid`, 'NOT_FOUND', 'The template asks for no such value.')
      continue
    }
    if (seen.has(entity.id)) violations.add(`${path}.valueUuid`, 'UNIQUE', 'Each value is sent once.')
    seen.add(entity.id)
    const field = fieldOfKind[entity.kind]
    for (const other of allFields)
      if (other !== field && (input[other] ?? null) !== null)
        violations.add(`${path}.${other}`, 'KIND', 'The template asks for a value of another kind.')
    const value = input[field] ?? null
    checkValue(entity, value, violations, { path: `${path}.${field}`, today })
    if (isEmpty(value)) delete content[entity.id]
    else content[entity.id] = value
    if (entity.required && isEmpty(value))
      violations.add(`${path}.${field}`, 'REQUIRED', 'The template requires this value.')
  }
  for (const entity of live)
    if (entity.required && !seen.has(entity.id) && !(entity.id in content))
      violations.add('input.values', 'REQUIRED', `The template requires the value ${entity.id}.`)
  return content
}

function isEmpty(value: StoredValue | null): value is null {
  return value === null || (typeof value !== 'number' && value.length === 0)
}

/** Adds every rule that a value of an entity breaks to `violations`; an empty value breaks none. */
export function checkValue(
  { kind, traits }: Pick<Entity, 'kind' | 'traits'>,
  value: StoredValue | null,
  violations: Violations,
  { path, today }: { path: string; today: string },
): void {
  if (isEmpty(value)) return
  const add = (rule: string, message: string) => violations.add(path, rule, message)
  if (kind === 'TEXT') checkLines(String(value), traits.allowMultiLines === true, add)
  if (kind === 'DATE') {
    const text = String(value)
    if (text.length !== lengthOfFormat[traits.dateFormat ?? 'YEAR_MONTH_DAY'])
      add('DATE_FORMAT', 'The date is not as precise as its format says.')
    if (traits.range?.length && !traits.range.some((side) => liesIn(side, text, today)))
      add('DATE_RANGE', 'The date does not lie where it may.')
  }
  if (kind === 'NUMBER') {
    const { minValue, maxValue } = traits
    if (typeof minValue === 'number' && Number(value) < minValue)
      add('OUT_OF_RANGE', `The smallest number is ${minValue}.`)
    if (typeof maxValue === 'number' && Number(value) > maxValue)
      add('OUT_OF_RANGE', `The largest number is ${maxValue}.`)
  }
  if (kind === 'SINGLE_SELECTION' && !traits.values?.includes(String(value)))
    add('NOT_A_CHOICE', 'It is not among the values of the selection.')
  if (kind === 'MULTI_SELECTION' && Array.isArray(value))
    value.forEach((choice, at) => {
      if (!traits.values?.includes(choice))
        violations.add(`${path}.${at}`, 'NOT_A_CHOICE', 'It is not among the values of the selection.')
      if (value.indexOf(choice) < at) violations.add(`${path}.${at}`, 'UNIQUE', 'Each value is chosen once.')
    })
}

function checkLines(
  text: string,
  allowMultiLines: boolean,
  add: (rule: string, message: string) => void,
): void {
  const longest = allowMultiLines ? longestText.manyLines : longestText.oneLine
  if (text.length > longest) add('MAX_LENGTH', `It has more than ${longest} characters.`)
  if (text.includes('\0') || !text.isWellFormed())
    add('UNREADABLE', 'It holds characters that cannot be stored.')
  if (!allowMultiLines && /[\r\n\u2028\u2029]/.test(text))
    add('SINGLE_LINE', 'It must not have several lines.')
}

/** Whether a day, month or year lies, at least in part, on that side of today; today is on both. */
function liesIn(side: 'FUTURE' | 'PAST', date: string, today: string): boolean {
  const now = today.slice(0, date.length)
  return side === 'PAST' ? date <= now : date >= now
}
