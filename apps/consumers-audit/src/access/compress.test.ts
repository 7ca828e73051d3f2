import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { test } from 'node:test'
import { zstdDecompressSync } from 'node:zlib'
import { compress, decompress } from './compress.ts'

test('bytes of every size come back as they were, and any zstd opens them', async () => {
  for (const size of [0, 1, 100, 254, 255, 256, 257, 400, 511, 512, 513, 10_000, 32 * 1024, 200_000])
    for (const plain of [randomBytes(size), Buffer.alloc(size, 'abc')]) {
      const packed = await compress([plain.subarray(0, size >> 1), plain.subarray(size >> 1)])
      assert.ok(zstdDecompressSync(packed).equals(plain), `${size} bytes`)
      assert.ok((await decompress(packed)).equals(plain), `${size} bytes`)
      assert.ok(packed.length <= plain.length + 20)
    }
})

test('what repeats itself becomes much smaller', async () => {
  assert.ok((await compress([Buffer.alloc(10_000, 'abc')])).length < 100)
})
