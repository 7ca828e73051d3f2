import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createScalars } from './scalars.ts'

const { ISO8601Date, ISO8601DateTime } = createScalars()

test('a day is one that the database has: from year 1 to year 9999', () => {
  for (const day of ['0001-01-01', '9999-12-31', '2024-02-29'])
    assert.equal(ISO8601Date?.parseValue(day), day)
  for (const day of ['0000-01-01', '2023-02-29', '+10000-01-01', '10000-01-01'])
    assert.throws(() => ISO8601Date?.parseValue(day), /a day of the calendar/, day)
})

test('an offset does not lead out of the years with four digits: who reads the registry could not read it', () => {
  for (const time of ['9999-12-31T23:59:59-14:00', '0001-01-01T00:00:00+14:00', '0000-06-01T00:00:00Z'])
    assert.throws(() => ISO8601DateTime?.parseValue(time), /must be/, time)
  assert.deepEqual(ISO8601DateTime?.parseValue('9999-12-31T23:59:59+14:00'), new Date('9999-12-31T09:59:59Z'))
})
