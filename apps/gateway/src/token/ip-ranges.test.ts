import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInRanges } from './ip-ranges.ts'

test('an address is in a network of its own family only, and what is no address is in none', () => {
  const ranges = ['10.1.0.0/16', '192.0.2.7', '2001:db8::/32']
  for (const address of ['10.1.255.255', '192.0.2.7', '2001:db8:ffff::1'])
    assert.equal(isInRanges(address, ranges), true, address)
  for (const address of ['10.2.0.0', '192.0.2.8', '2001:db9::1', '::1', '', 'localhost'])
    assert.equal(isInRanges(address, ranges), false, address)
})

test('null lets every address in, an empty list none', () => {
  assert.equal(isInRanges('192.0.2.1', null), true)
  assert.equal(isInRanges('192.0.2.1', []), false)
})
