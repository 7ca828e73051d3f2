const lengthBytes = 4

/** Frames on a connection: each is its length in 4 bytes, big-endian, and so many bytes. */
export function writeLength(frame: Buffer): Buffer {
  const length = Buffer.allocUnsafe(lengthBytes)
  length.writeUInt32BE(frame.length)
  return Buffer.concat([length, frame])
}

/** Cuts what comes over a connection into frames. */
export class FrameReader {
  private readonly limitBytes: number
  private chunks: Buffer[] = []
  private size = 0

  constructor(limitBytes: number) {
    this.limitBytes = limitBytes
  }

  /** Gives the frames that are whole with this chunk. Throws when one says that it is larger than the limit. */
  push(chunk: Buffer): Buffer[] {
    this.chunks.push(chunk)
    this.size += chunk.length
    const frames: Buffer[] = []
    for (let frame = this.take(); frame; frame = this.take()) frames.push(frame)
    return frames
  }

  private take(): Buffer | undefined {
    if (this.size < lengthBytes) return undefined
    if ((this.chunks[0]?.length ?? 0) < lengthBytes) this.join()
    const length = this.chunks[0]?.readUInt32BE(0) ?? 0
    if (length > this.limitBytes) throw new RangeError('a frame is too large')
    const end = lengthBytes + length
    if (this.size < end) return undefined
    const whole = this.join()
    this.size = whole.length - end
    // An empty rest would have the next frame copied once more.
    this.chunks = this.size > 0 ? [whole.subarray(end)] : []
    return whole.subarray(lengthBytes, end)
  }

  private join(): Buffer {
    const [first] = this.chunks
    const whole = this.chunks.length === 1 && first ? first : Buffer.concat(this.chunks)
    this.chunks = [whole]
    return whole
  }
}
