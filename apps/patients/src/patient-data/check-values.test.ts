import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Violations } from '@commonchart/errors'
import fc from 'fast-check'
import { checkValue, mergeValues, type ValueInput } from './check-values.ts'
import type { Entity } from './entities.ts'
import type { EntityKind, StoredValue, Traits } from './tables.ts'

const today = '2026-03-15'

function createEntity(kind: EntityKind, traits: Traits = {}, more: Partial<Entity> = {}): Entity {
  return {
    ...{ domainId: 1, id: '00000000-0000-4000-8000-000000000001', templateId: '', position: 0, kind, traits },
    ...{ name: 'E', nameFr: null, required: false, internalUseOnly: false, archived: false },
    ...more,
  }
}

/** The rules that a value breaks. */
function rulesOf(kind: EntityKind, traits: Traits, value: StoredValue | null): string[] {
  const violations = new Violations()
  checkValue({ kind, traits }, value, violations, { path: 'v', today })
  return violations.list.map(({ path, rule }) => `${path} ${rule}`)
}

test('a number is accepted exactly when it lies within the limits', () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true }),
      fc.double({ noNaN: true }),
      (a, b, value) => {
        const [minValue, maxValue] = [Math.min(a, b), Math.max(a, b)]
        const isWithin = value >= minValue && value <= maxValue
        assert.equal(rulesOf('NUMBER', { minValue, maxValue }, value).length === 0, isWithin)
      },
    ),
  )
})

test('a choice is accepted exactly when it is among the values', () => {
  const words = fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1 })
  fc.assert(
    fc.property(words, fc.string({ minLength: 1 }), (values, choice) => {
      const rules = rulesOf('SINGLE_SELECTION', { values }, choice)
      assert.equal(rules.length === 0, values.includes(choice))
    }),
  )
  assert.deepEqual(rulesOf('MULTI_SELECTION', { values: ['a', 'b'] }, ['a', 'c', 'a']), [
    'v.1 NOT_A_CHOICE',
    'v.2 UNIQUE',
  ])
})

test('a date lies on the side of today that its entity allows, today on both', () => {
  const days = fc.date({ min: new Date('1990-01-01'), max: new Date('2060-12-31'), noInvalidDate: true })
  fc.assert(
    fc.property(days, (date) => {
      const day = date.toISOString().slice(0, 10)
      const rules = (range: Traits['range']) => rulesOf('DATE', { range }, day).length === 0
      assert.equal(rules(['PAST']), day <= today)
      assert.equal(rules(['FUTURE']), day >= today)
      assert.ok(rules(['PAST', 'FUTURE']) && rules([]) && rules(null))
    }),
  )
})

test('a month or a year lies where a part of it lies', () => {
  const format = { dateFormat: 'YEAR_MONTH' } as const
  assert.deepEqual(rulesOf('DATE', { ...format, range: ['PAST'] }, '2026-03'), [])
  assert.deepEqual(rulesOf('DATE', { ...format, range: ['FUTURE'] }, '2026-03'), [])
  assert.deepEqual(rulesOf('DATE', { ...format, range: ['FUTURE'] }, '2026-02'), ['v DATE_RANGE'])
  assert.deepEqual(rulesOf('DATE', { dateFormat: 'YEAR', range: ['PAST'] }, '2027'), ['v DATE_RANGE'])
})

test('a date is as precise as its format says, neither more nor less', () => {
  const dates = { YEAR: '2020', YEAR_MONTH: '2020-05', YEAR_MONTH_DAY: '2020-05-06' }
  for (const dateFormat of ['YEAR', 'YEAR_MONTH', 'YEAR_MONTH_DAY'] as const)
    for (const [precision, date] of Object.entries(dates))
      assert.deepEqual(
        rulesOf('DATE', { dateFormat }, date),
        precision === dateFormat ? [] : ['v DATE_FORMAT'],
      )
})

test('a text has one line unless several are allowed', () => {
  assert.deepEqual(rulesOf('TEXT', {}, 'one\ntwo'), ['v SINGLE_LINE'])
  assert.deepEqual(rulesOf('TEXT', { allowMultiLines: true }, 'one\ntwo'), [])
  assert.deepEqual(rulesOf('TEXT', {}, 'x'.repeat(1001)), ['v MAX_LENGTH'])
  assert.deepEqual(rulesOf('TEXT', {}, 'a\0'), ['v UNREADABLE'])
})

test('what is not sent stays, what is empty is cleared, and every violation is told with its path', () => {
  const [text, number, gone] = [1, 2, 3].map((n) => `00000000-0000-4000-8000-00000000000${n}`) as [
    string,
    string,
    string,
  ]
  const entities = [
    createEntity('TEXT', {}, { id: text, required: true }),
    createEntity('NUMBER', { minValue: 0 }, { id: number }),
    createEntity('TEXT', {}, { id: gone, archived: true }),
  ]
  const merge = (
    values: ValueInput[],
    held: Record<string, StoredValue> = { [text]: 'a', [number]: 1, [gone]: 'old' },
  ) => {
    const violations = new Violations()
    const content = mergeValues(held, values, entities, { today, violations })
    return { content, told: violations.list.map(({ path, rule }) => `${path} ${rule}`) }
  }
  assert.deepEqual(merge([{ valueUuid: number, numberValue: 0 }]), {
    content: { [text]: 'a', [number]: 0, [gone]: 'old' },
    told: [],
  })
  assert.deepEqual(merge([{ valueUuid: number.toUpperCase(), numberValue: null }]), {
    content: { [text]: 'a', [gone]: 'old' },
    told: [],
  })
  assert.deepEqual(
    merge([
      { valueUuid: text, textValue: '' },
      { valueUuid: number, numberValue: -1, textValue: 'x' },
      { valueUuid: number, numberValue: 1 },
      { valueUuid: gone, textValue: 'x' },
      { valueUuid: 'no uuid', textValue: 'x' },
    ]).told,
    [
      'input.values.0.textValue REQUIRED',
      'input.values.1.textValue KIND',
      'input.values.1.numberValue OUT_OF_RANGE',
      'input.values.2.valueUuid UNIQUE',
      'input.values.3.valueUuid NOT_FOUND',
      'input.values.4.valueUuid NOT_FOUND',
    ],
  )
  assert.deepEqual(merge([], {}).told, ['input.values REQUIRED'])
})
