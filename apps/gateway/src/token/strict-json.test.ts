import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readStrictObject } from './strict-json.ts'

test('an object in UTF-8 is read as it is', () => {
  assert.deepEqual(readStrictObject(Buffer.from('{"iss":"Zoë","deep":{"iss":1}}')), {
    iss: 'Zoë',
    deep: { iss: 1 },
  })
})

const wrong: Record<string, Buffer> = {
  'bytes that are not UTF-8': Buffer.from('7b2261223a22ff227d', 'hex'),
  'a letter written longer than it must be': Buffer.from('7b2261223a22c1a1227d', 'hex'),
  'half of a surrogate pair': Buffer.from('7b2261223a22eda080227d', 'hex'),
  'a byte order mark': Buffer.from('\ufeff{"a":1}'),
  'UTF-16': Buffer.from('{"a":1}', 'utf16le'),
  'no JSON': Buffer.from('{a:1}'),
  'a list': Buffer.from('[1]'),
  null: Buffer.from('null'),
  'a repeated name': Buffer.from('{"a":1,"a":1}'),
  'a repeated name, once escaped': Buffer.from('{"a":1,"\\u0061":2}'),
  'a repeated name further in': Buffer.from('{"b":[{"a":1,"a":2}]}'),
}
for (const [name, bytes] of Object.entries(wrong))
  test(`${name} is no strict object`, () => {
    assert.equal(readStrictObject(bytes), undefined)
  })
