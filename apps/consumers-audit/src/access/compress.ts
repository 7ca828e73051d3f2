import { promisify } from 'node:util'
import { constants, zstdCompress, zstdCompressSync, zstdDecompress } from 'node:zlib'
import { joinBriefly } from './scratch.ts'

/** From this size on it is done on another thread. */
const largeBytes = 32 * 1024
/** Below it, making zstd ready costs more than the bytes that it would save. */
const smallBytes = 512
/** With the size known before, zstd takes tables of that size: making them is what costs most for small ones. */
const fastest = { [constants.ZSTD_c_compressionLevel]: 1 }
const compressAside = promisify(zstdCompress)

/** Compresses parts to one zstd frame (RFC 8878); what is very small stands in it as it is. */
export async function compress(parts: readonly Uint8Array[]): Promise<Buffer> {
  const size = parts.reduce((sum, { length }) => sum + length, 0)
  const settings = { pledgedSrcSize: size, params: fastest }
  if (size >= largeBytes) return await compressAside(Buffer.concat(parts, size), settings)
  const plain = joinBriefly(parts)
  if (size < smallBytes) return frameRaw(plain)
  // Answers become a fifth: room for all of one would be garbage for the most part.
  return zstdCompressSync(plain, { ...settings, chunkSize: Math.max(1024, size >> 2) })
}

/** Opens a zstd frame. */
export const decompress: (packed: Buffer) => Promise<Buffer> = promisify(zstdDecompress)

/** A frame of one raw block: magic number, descriptor (single segment, size in 2 bytes or 1), size, block header. */
function frameRaw(plain: Buffer): Buffer {
  const isShort = plain.length < 256
  const header = Buffer.alloc(isShort ? 9 : 10)
  header.writeUInt32LE(0xfd2fb528)
  header.writeUInt8(isShort ? 0x20 : 0x60, 4)
  if (isShort) header.writeUInt8(plain.length, 5)
  else header.writeUInt16LE(plain.length - 256, 5)
  // The last block, raw, of so many bytes.
  header.writeUIntLE(1 | (plain.length << 3), header.length - 3, 3)
  return Buffer.concat([header, plain])
}
