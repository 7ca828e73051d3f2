import { randomFillSync } from 'node:crypto'

const pool = Buffer.alloc(16 * 1024)
let at = pool.length

/** Gives so many random bytes, at most 1024: drawn many at a time, for each draw costs more than the bytes do. */
export function drawRandomBytes(count: number): Buffer {
  if (at + count > pool.length) {
    randomFillSync(pool)
    at = 0
  }
  const drawn = Buffer.from(pool.subarray(at, at + count))
  pool.fill(0, at, at + count)
  at += count
  return drawn
}
