import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import {
  findHealthCardFault,
  hasBritishColumbiaCheckDigit,
  hasLuhnDigit,
  healthCardIssuers,
} from './health-cards.ts'

const digits = (length: number) =>
  fc
    .array(fc.integer({ min: 0, max: 9 }), { minLength: length, maxLength: length })
    .map((all) => all.join(''))
const lastDigits = [...'0123456789']

test('each number of nine digits has exactly one Luhn digit', () => {
  fc.assert(
    fc.property(digits(9), (start) => {
      assert.equal(lastDigits.filter((last) => hasLuhnDigit(start + last)).length, 1)
    }),
  )
})

test('a wrong digit in a health number of Ontario is found, wherever it stands', () => {
  fc.assert(
    fc.property(digits(9), fc.nat(9), fc.integer({ min: 1, max: 9 }), (start, at, by) => {
      const number = start + lastDigits.find((last) => hasLuhnDigit(start + last))
      const wrong = [...number]
        .map((digit, place) => (place === at ? (Number(digit) + by) % 10 : digit))
        .join('')
      assert.equal(findHealthCardFault('ONTARIO', number), null)
      assert.equal(findHealthCardFault('ONTARIO', wrong), 'CHECK_DIGIT')
    }),
  )
})

test('a number of British Columbia has at most one check digit, and every wrong digit is found', () => {
  fc.assert(
    fc.property(
      digits(8),
      fc.integer({ min: 1, max: 8 }),
      fc.integer({ min: 1, max: 9 }),
      (middle, at, by) => {
        const fitting = lastDigits.filter((last) => hasBritishColumbiaCheckDigit(`9${middle}${last}`))
        assert.ok(fitting.length <= 1)
        if (fitting.length === 0) return
        const number = `9${middle}${fitting[0]}`
        const wrong = [...number]
          .map((digit, place) => (place === at ? (Number(digit) + by) % 10 : digit))
          .join('')
        assert.equal(findHealthCardFault('BRITISH_COLUMBIA', number), null)
        assert.equal(findHealthCardFault('BRITISH_COLUMBIA', wrong), 'CHECK_DIGIT')
      },
    ),
  )
})

test('published examples are judged as their issuers judge them', () => {
  assert.equal(findHealthCardFault('BRITISH_COLUMBIA', '9698 658 215'), null)
  assert.equal(findHealthCardFault('BRITISH_COLUMBIA', '9698648215'), 'CHECK_DIGIT')
  assert.equal(findHealthCardFault('BRITISH_COLUMBIA', '5736504210'), 'FORM')
  assert.equal(findHealthCardFault('ONTARIO', '1234-567-897'), null)
  assert.equal(findHealthCardFault('ONTARIO', '1234 567 897 ab'), null)
  assert.equal(findHealthCardFault('ONTARIO', '1234567897', 'AB'), null)
  assert.equal(findHealthCardFault('ONTARIO', '1234567897', '12'), 'FORM')
  assert.equal(findHealthCardFault('ONTARIO', '123456789'), 'FORM')
})

test('a number of Quebec holds a day, for women with 50 added to its month', () => {
  assert.equal(findHealthCardFault('QUEBEC', 'TREM 8012 3115'), null)
  assert.equal(findHealthCardFault('QUEBEC', 'TREM80623115'), null)
  assert.equal(findHealthCardFault('QUEBEC', 'TREM80133115'), 'CHECK_DIGIT')
  assert.equal(findHealthCardFault('QUEBEC', 'TREM80023015'), 'CHECK_DIGIT')
  assert.equal(findHealthCardFault('QUEBEC', 'TR8012311500'), 'FORM')
})

test('no text whatever makes a check throw, and one that is no number is found', () => {
  fc.assert(
    fc.property(fc.constantFrom(...healthCardIssuers), fc.string(), (issuer, text) => {
      assert.ok(['FORM', 'CHECK_DIGIT', null].includes(findHealthCardFault(issuer, text)))
      assert.equal(findHealthCardFault(issuer, `${text}!`), 'FORM')
    }),
  )
})
