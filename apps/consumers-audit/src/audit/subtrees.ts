import {
  appendLeaf,
  emptyRange,
  rootOf,
  type Hash,
  type Subtree,
  type SubtreeReader,
} from '@commonchart/transparency-log'
import type { Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import { levelsPerTile } from './tree.ts'

const tileWidth = 2 ** levelsPerTile

/**
 * Reads subtrees of a domain's tree. Hashes are stored at every eighth level and fetched in tiles of 256, each once: a
 * proof in a tree of n leaves reads two tiles for each level of tiles.
 */
export function createSubtreeReader(trx: Transaction<Tables>, domainId: number): SubtreeReader {
  const tiles = new Map<string, Promise<Map<number, Hash>>>()
  const readTile = (level: number, tile: number): Promise<Map<number, Hash>> => {
    const key = `${level}:${tile}`
    const known = tiles.get(key)
    if (known) return known
    const reading = level === 0 ? readLeafTile(trx, domainId, tile) : readNodeTile(trx, domainId, level, tile)
    tiles.set(key, reading)
    return reading
  }
  return async (subtrees) => {
    const hashes: Hash[] = []
    for (const subtree of subtrees) hashes.push(await readSubtree(subtree, readTile))
    return hashes
  }
}

async function readSubtree(
  { level, index }: Subtree,
  readTile: (level: number, tile: number) => Promise<Map<number, Hash>>,
): Promise<Hash> {
  const stored = level - (level % levelsPerTile)
  const width = 2 ** (level - stored)
  const first = index * width
  const tile = await readTile(stored, Math.floor(first / tileWidth))
  let range = emptyRange
  for (let at = first; at < first + width; at += 1) {
    const hash = tile.get(at)
    if (!hash) throw new Error(`the tree of the audit log lacks the hash ${at} of level ${stored}`)
    range = appendLeaf(range, hash)
  }
  return rootOf(range)
}

async function readLeafTile(
  trx: Transaction<Tables>,
  domainId: number,
  tile: number,
): Promise<Map<number, Hash>> {
  const rows = await trx
    .selectFrom('auditSequence')
    .select(['sequence', 'leafHash'])
    .where('domainId', '=', domainId)
    .where('sequence', '>=', String(tile * tileWidth))
    .where('sequence', '<', String((tile + 1) * tileWidth))
    .execute()
  return new Map(rows.map(({ sequence, leafHash }) => [Number(sequence), leafHash]))
}

async function readNodeTile(
  trx: Transaction<Tables>,
  domainId: number,
  level: number,
  tile: number,
): Promise<Map<number, Hash>> {
  const rows = await trx
    .selectFrom('auditNode')
    .select(['position', 'hash'])
    .where('domainId', '=', domainId)
    .where('level', '=', level)
    .where('position', '>=', String(tile * tileWidth))
    .where('position', '<', String((tile + 1) * tileWidth))
    .execute()
  return new Map(rows.map(({ position, hash }) => [Number(position), hash]))
}
