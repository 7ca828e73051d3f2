import assert from 'node:assert/strict'
import { beforeEach, test } from 'node:test'
import { Breaker, type BreakerState } from './breaker.ts'

let clock: number
let changes: BreakerState[]
let breaker: Breaker
beforeEach(() => {
  clock = 1_000_000
  changes = []
  breaker = new Breaker({ now: () => clock, onChange: (state) => changes.push(state) })
})

/** Asks something that fails `tookMs` later. */
function fail(tookMs = 0): void {
  const askedAt = breaker.asked()
  clock += tookMs
  breaker.failed(askedAt)
}

/** Asks for a sign of life in vain. */
function lookInVain(tookMs: number): void {
  const askedAt = clock
  clock += tookMs
  breaker.missed(askedAt)
}

test('an address that fails again and again for a second is not asked any more', () => {
  fail()
  clock += 500
  fail()
  assert.equal(breaker.allows(), true)
  clock += 500
  fail()
  assert.equal(breaker.allows(), false)
  assert.deepEqual(changes, ['suspect', 'open'])
})

test('a single failure closes nothing, and is looked into', () => {
  assert.equal(breaker.needsLook(), false)
  fail()
  assert.deepEqual([breaker.allows(), breaker.needsLook()], [true, true])
  breaker.heard()
  assert.deepEqual([breaker.state, breaker.needsLook()], ['closed', false])
})

test('connections that break together are one failure, however many there are', () => {
  for (let time = 0; time < 100; time++) fail()
  assert.equal(breaker.state, 'suspect')
})

test('two failures are not enough, however far apart', () => {
  fail()
  clock += 30_000
  fail()
  assert.equal(breaker.state, 'suspect')
})

test('a failure does not count when something else was answered since it was asked', () => {
  for (let time = 0; time < 10; time++) {
    const slow = breaker.asked()
    breaker.asked()
    clock += 1000
    breaker.answered()
    breaker.failed(slow)
  }
  assert.equal(breaker.state, 'closed')
  assert.deepEqual(changes, [])
})

test('a request that is given up says nothing by itself: it may have been too much', () => {
  for (let time = 0; time < 10; time++) {
    breaker.asked()
    clock += 1000
    breaker.left()
  }
  assert.deepEqual([breaker.state, breaker.needsLook()], ['closed', false])
})

test('an address that owes an answer is looked at after two seconds of silence, and no longer asked when it says nothing to that', () => {
  breaker.asked()
  clock += 1999
  assert.equal(breaker.needsLook(), false)
  clock += 1
  assert.equal(breaker.needsLook(), true)
  for (let time = 0; time < 3; time++) lookInVain(1000)
  assert.equal(breaker.state, 'open')
})

test('a slow answer is waited for as long as the address gives signs of life', () => {
  breaker.asked()
  for (let time = 0; time < 4; time++) {
    clock += 2000
    assert.equal(breaker.needsLook(), true)
    breaker.heard()
  }
  assert.equal(breaker.state, 'closed')
})

test('an address that owes nothing is not silent', () => {
  breaker.asked()
  breaker.answered()
  clock += 60_000
  assert.equal(breaker.needsLook(), false)
  breaker.asked()
  assert.equal(breaker.needsLook(), false)
})

test('a sign of life closes it at once, and so does an answer that comes late', () => {
  for (const life of [() => breaker.heard(), () => breaker.answered()]) {
    breaker.asked()
    for (let time = 0; time < 3; time++) lookInVain(1000)
    assert.equal(breaker.allows(), false)
    assert.equal(breaker.needsLook(), true)
    life()
    assert.equal(breaker.allows(), true)
  }
  assert.deepEqual(changes, ['suspect', 'open', 'closed', 'suspect', 'open', 'closed'])
})

test('an address that nobody wants is not looked at for ever, and is asked when somebody wants it again', () => {
  for (let time = 0; time < 3; time++) fail(1000)
  assert.equal(breaker.allows(), false)
  clock += 60_001
  assert.deepEqual([breaker.state, breaker.needsLook()], ['open', false])
  assert.equal(breaker.allows(), true)
  assert.equal(breaker.state, 'closed')
})
