import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readBearerToken } from './bearer.ts'

const read = (...authorization: string[]) =>
  readBearerToken({ headersDistinct: authorization.length > 0 ? { authorization } : {} })

test('the token is what follows Bearer, in any case', () => {
  assert.equal(read('Bearer a.b.c'), 'a.b.c')
  assert.equal(read('bearer  a.b.c'), 'a.b.c')
})

test('no token, another scheme, or something after the token is refused', () => {
  assert.throws(() => read(), { outward: 'MISSING' })
  for (const value of ['', 'Bearer', 'Bearer ', 'Basic YTpi', 'a.b.c', 'Bearer a.b.c d'])
    assert.throws(() => read(value), { outward: 'MISSING' })
})

test('two Authorization headers are refused: nobody knows which one counts', () => {
  assert.throws(() => read('Bearer a.b.c', 'Bearer a.b.c'), { outward: 'MALFORMED' })
})
