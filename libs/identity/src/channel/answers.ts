const headBytes = 6

/** What was answered to a frame. */
export interface ChannelAnswer {
  /** As HTTP has it. */
  status: number
  /** JSON. */
  body: string
}

/** Writes an answer: the number of the frame that it answers in 4 bytes, the status in 2, and its text. */
export function writeAnswer(frame: number, { status, body }: ChannelAnswer): Buffer {
  const head = Buffer.allocUnsafe(headBytes)
  head.writeUInt32BE(frame)
  head.writeUInt16BE(status, 4)
  return Buffer.concat([head, Buffer.from(body)])
}

export function readAnswer(bytes: Buffer): { frame: number } & ChannelAnswer {
  if (bytes.length < headBytes) throw new RangeError('an answer is too short')
  return {
    frame: bytes.readUInt32BE(0),
    status: bytes.readUInt16BE(4),
    body: bytes.toString('utf8', headBytes),
  }
}
