/** What is joined here is used and forgotten at once: made anew for each, it would keep the garbage collector busy. */
const scratch = Buffer.allocUnsafeSlow(64 * 1024)

/** Joins some bytes; they stand until the next call, in this process as a whole. */
export function joinBriefly(parts: readonly Uint8Array[]): Buffer {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  // What is large is rare, and would be kept for good.
  if (length > scratch.length) return Buffer.concat(parts, length)
  let at = 0
  for (const part of parts) {
    scratch.set(part, at)
    at += part.length
  }
  return scratch.subarray(0, length)
}
