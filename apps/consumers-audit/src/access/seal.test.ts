import assert from 'node:assert/strict'
import { createSecretKey, randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { hashBodies, openSealed, sealRequest } from './seal.ts'
import { createRequest } from './test-requests.ts'

test('requests that are sealed at once are each sealed with their own bodies, whatever their sizes', async () => {
  const key = createSecretKey(randomBytes(32))
  const sizes = [0, 1, 200, 400, 600, 5000, 20_000, 33_000, 70_000]
  const given = sizes.flatMap((size) => [
    { record: createRequest().record, request: randomBytes(100), response: randomBytes(size) },
    { record: createRequest().record, request: Buffer.alloc(50, 'q'), response: Buffer.alloc(size, 'abc') },
  ])
  const sealed = await Promise.all(given.map((recorded) => sealRequest(key, recorded)))
  for (const [at, { record, request, response }] of given.entries()) {
    const { sealed: bytes, salt, detailHash } = sealed[at] ?? assert.fail()
    const opened = await openSealed(key, bytes, record)
    assert.ok(opened.request.equals(request) && opened.response.equals(response), `${response.length} bytes`)
    assert.equal(detailHash, hashBodies(salt, opened.request, opened.response))
  }
  assert.equal(new Set(sealed.map(({ detailHash }) => detailHash)).size, given.length)
})
