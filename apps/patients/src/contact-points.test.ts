import assert from 'node:assert/strict'
import { test } from 'node:test'
import { phoneDigits } from '@commonchart/subgraph'
import fc from 'fast-check'
import {
  phoneKeys,
  phoneSearchKeys,
  toCanadianPostalCode,
  toE164,
  warnOfContactPoints,
} from './contact-points.ts'
import { findRegion } from './regions.ts'

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
const northAmerican = fc
  .tuple(fc.integer({ min: 2, max: 9 }), digits(2), fc.integer({ min: 2, max: 9 }), digits(6))
  .map((parts) => parts.join(''))
const separators = fc.constantFrom('', ' ', '-', '.')

test('a number of North America is found in every usual writing of it, however it was entered', () => {
  const write = (number: string, prefix: string, by: string, round: boolean) =>
    prefix +
    (round ? `(${number.slice(0, 3)})` : number.slice(0, 3)) +
    by +
    number.slice(3, 6) +
    by +
    number.slice(6)
  const writing = fc.tuple(fc.constantFrom('', '1 ', '+1', '+1 '), separators, fc.boolean())
  fc.assert(
    fc.property(northAmerican, writing, writing, (number, entered, searched) => {
      const keys = phoneKeys({ phone: write(number, ...entered) })
      const wanted = phoneSearchKeys(phoneDigits(write(number, ...searched)))
      assert.ok(
        wanted.some((key) => keys.includes(key)),
        `${keys.join()} ${wanted.join()}`,
      )
    }),
  )
})

test('a patient is found by exactly the digits that were entered, whatever they are and wherever', () => {
  fc.assert(
    fc.property(
      fc.string(),
      fc.option(fc.constantFrom('Canada', 'GB', 'DE', 'nowhere')),
      (phone, country) => {
        const entered = phoneDigits(phone)
        const keys = phoneKeys({ phone, country })
        assert.ok(entered === '' || phoneSearchKeys(entered).some((key) => keys.includes(key)))
        assert.ok(keys.every((key) => /^\d+$/.test(key)))
      },
    ),
  )
})

test('nothing that is entered makes reading fail, and what is read is E.164', () => {
  const texts = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ maxLength: 40 }), digits(12))
  fc.assert(
    fc.property(texts, texts, texts, texts, (phone, country, zipcode, region) => {
      assert.match(toE164(phone, country) ?? '+1', /^\+\d{1,15}$/)
      warnOfContactPoints(() => undefined, { phone, country, zipcode, region }, 'input')
    }),
  )
})

test('a number is read as it is dialled in the country of its patient', () => {
  assert.equal(toE164('020 7946 0958', 'GB'), '+442079460958')
  assert.equal(toE164('020 7946 0958', 'gb'), '+442079460958')
  assert.equal(toE164('(604) 555-0123'), '+16045550123')
  assert.equal(toE164('604 555 0123 ext. 4', 'Canada'), '+16045550123')
  assert.equal(toE164('604-555-0123', 'United States'), '+16045550123')
  for (const text of ['', '12', 'call me', '+999 123', '6045550123456789'])
    assert.equal(toE164(text), null, text)
})

test('postal codes of Canada have one form, and what is none has none', () => {
  for (const text of ['v6b1a1', 'V6B 1A1', ' v6b-1a1 ']) assert.equal(toCanadianPostalCode(text), 'V6B 1A1')
  for (const text of ['', '02139', 'D1A 1A1', 'V6B 1A', 'W1A 1A1', 'V6B 1O1'])
    assert.equal(toCanadianPostalCode(text), null)
})

test('provinces are known by code and name in both languages, without regard to accents and case', () => {
  for (const text of ['QC', 'qc', 'Québec', 'quebec', 'CA-QC', 'P.Q.', ' Que. '])
    assert.equal(findRegion(text), 'QC', text)
  assert.equal(findRegion('Île-du-Prince-Édouard'), 'PE')
  assert.equal(findRegion('newfoundland and labrador'), 'NL')
  for (const text of ['', 'MA', 'Cascadia', 'toString', '__proto__']) assert.equal(findRegion(text), null)
})
