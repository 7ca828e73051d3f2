import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { chooseLength } from '@commonchart/testing'
import { listSoakTests } from './soak-tests.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

test('the soak runs the files whose tests have a long form, and no others', () => {
  const files = listSoakTests(root)
  assert.ok(files.includes('apps/appointments/src/booking-race.test.ts'), files.join())
  assert.ok(!files.includes('apps/appointments/src/booking.test.ts'), files.join())
  assert.ok(!files.some((file) => file.includes('node_modules')))
})

test('a test is long in the soak alone', () => {
  const before = process.env.COMMONCHART_SOAK
  const lengths = { usual: 2, soak: 100 }
  process.env.COMMONCHART_SOAK = '1'
  assert.equal(chooseLength(lengths), 100)
  delete process.env.COMMONCHART_SOAK
  assert.equal(chooseLength(lengths), 2)
  if (before !== undefined) process.env.COMMONCHART_SOAK = before
})
