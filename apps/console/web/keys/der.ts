/** One element of DER: what kind it is, what it holds, and all of its bytes. */
export interface Element {
  tag: number
  content: Uint8Array<ArrayBuffer>
  whole: Uint8Array<ArrayBuffer>
}

export const tags = { integer: 0x02, bitString: 0x03, octetString: 0x04, oid: 0x06, sequence: 0x30 } as const

/** Reads the elements that stand one behind the other. Throws `RangeError` where the bytes are no DER. */
export function readElements(bytes: Uint8Array<ArrayBuffer>): Element[] {
  const elements: Element[] = []
  for (let at = 0; at < bytes.length;) {
    const short = byteAt(bytes, at + 1)
    const count = short < 0x80 ? 0 : short - 0x80
    if (count > 3 || short === 0x80) throw new RangeError('the length is none that a key has')
    let length = count === 0 ? short : 0
    for (let each = 0; each < count; each += 1) length = length * 256 + byteAt(bytes, at + 2 + each)
    const start = at + 2 + count
    const end = start + length
    if (end > bytes.length) throw new RangeError('the bytes end too early')
    elements.push({
      tag: byteAt(bytes, at),
      content: bytes.slice(start, end),
      whole: bytes.slice(at, end),
    })
    at = end
  }
  return elements
}

/** Reads a sequence that is all there is. Throws `RangeError` where it is not. */
export function readSequence(bytes: Uint8Array<ArrayBuffer>): Element[] {
  const [only, ...more] = readElements(bytes)
  if (only?.tag !== tags.sequence || more.length > 0) throw new RangeError('this is no sequence')
  return readElements(only.content)
}

/** Writes one element. */
export function writeElement(tag: number, ...parts: Uint8Array<ArrayBuffer>[]): Uint8Array<ArrayBuffer> {
  const length = parts.reduce((sum, part) => sum + part.length, 0)
  const size =
    length < 0x80
      ? [length]
      : length < 0x100
        ? [0x81, length]
        : [0x82, Math.floor(length / 256), length % 256]
  const written = new Uint8Array(1 + size.length + length)
  written.set([tag, ...size])
  let at = 1 + size.length
  for (const part of parts) {
    written.set(part, at)
    at += part.length
  }
  return written
}

function byteAt(bytes: Uint8Array, at: number): number {
  const byte = bytes[at]
  if (byte === undefined) throw new RangeError('the bytes end too early')
  return byte
}
