import { createReadStream, existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import {
  readLogPages,
  readUnsequencedPages,
  verifyLog,
  type KeptCheckpoint,
  type LogToVerify,
  type LogVerdict,
  type SequencedLeaf,
} from '@commonchart/audit'
import type { NoteVerifier } from '@commonchart/transparency-log'
import { readVerifierKey } from './audit-keys.ts'
import { PartlyRefused, UsageError } from './io.ts'
import { readText } from './key-file.ts'
import type { Settings } from './settings.ts'

export interface VerifyOptions {
  domain?: string
  anchor?: string[]
  export?: string
  key?: string[]
}

/** Verifies a log, asked of the operator's graph or read from an export, and says what came of it. */
export async function verifyAuditLog(options: VerifyOptions, settings: Settings): Promise<void> {
  const log = options.export ? openExport(options.export, options) : await openGraph(options, settings)
  const verdict = await verifyLog(log)
  settings.print(verdict, describe(verdict, options))
  if (verdict.fault) throw new PartlyRefused(verdict.fault.message)
}

async function openGraph(
  { domain, anchor, key }: VerifyOptions,
  { askOperator }: Settings,
): Promise<LogToVerify> {
  const { auditCheckpoint: newest } = (await askOperator(
    'query ($domain: String) { auditCheckpoint(domain: $domain) { text verifierKey } }',
    { domain },
  )) as { auditCheckpoint: { text: string; verifierKey: string } | null }
  const keys = key ?? (newest ? [newest.verifierKey] : [])
  if (keys.length === 0)
    throw new UsageError('The log has no checkpoint yet: --key says which key verifies it.')
  const verifiers = keys.map(readVerifierKey)
  return {
    readLeaves: () => readLogPages(askOperator, domain ?? null),
    readUnsequenced: () => readUnsequencedPages(askOperator, domain ?? null),
    checkpoints: [
      ...(newest ? [{ source: 'the log itself', text: newest.text }] : []),
      ...readAnchors(anchor ?? [], verifiers),
    ],
    verifiers,
  }
}

function openExport(file: string, { anchor, key }: VerifyOptions): LogToVerify {
  if (!anchor || !key)
    throw new UsageError('--export goes with --anchor and --key: an export says nothing of either.')
  if (!existsSync(file)) throw new UsageError(`There is no file ${file}.`)
  const verifiers = key.map(readVerifierKey)
  const checkpoints = readAnchors(anchor, verifiers)
  return { readLeaves: () => readExport(file), checkpoints, verifiers, isExport: true }
}

/** Reads the export `audit-log`: one leaf a line, in its place. */
async function* readExport(file: string): AsyncGenerator<SequencedLeaf> {
  let number = 0
  for await (const line of createInterface({
    input: createReadStream(file),
    crlfDelay: Number.POSITIVE_INFINITY,
  })) {
    number += 1
    if (line !== '') yield parseLine(line, `Line ${number} of ${file}`)
  }
}

function parseLine(line: string, where: string): SequencedLeaf {
  let leaf: Partial<SequencedLeaf> | null
  try {
    leaf = JSON.parse(line) as typeof leaf
  } catch (error) {
    throw new UsageError(`${where} is not JSON.`, { cause: error })
  }
  const { sequence, leafHash, seal, facts } = leaf ?? {}
  const isPlace = typeof sequence === 'number' && typeof leafHash === 'string' && typeof seal === 'string'
  if (!isPlace || facts === undefined || (facts !== null && !Array.isArray(facts.fields)))
    throw new UsageError(`${where} is no leaf of an audit log.`)
  return { sequence, leafHash, seal, facts }
}

/** Reads kept checkpoints. Of a folder, also of one with folders in it, those of this log are taken. */
function readAnchors(places: string[], verifiers: NoteVerifier[]): KeptCheckpoint[] {
  return places.flatMap((place) => {
    if (!existsSync(place)) throw new UsageError(`There is no anchor ${place}.`)
    if (!statSync(place).isDirectory()) return [{ source: place, text: readText(place) }]
    const found = readdirSync(place, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((source) => ({ source, text: readText(source) }))
      .filter(({ text }) => verifiers.some(({ name }) => text.startsWith(`${name}\n`)))
    if (found.length === 0) throw new UsageError(`The folder ${place} has no checkpoint of this log.`)
    return found
  })
}

function describe({ size, covered, fault }: LogVerdict, { anchor, key }: VerifyOptions): string[] {
  if (fault) return [fault.message]
  return [
    `All ${size} leaves are what was signed; checkpoints cover ${covered} of them, seals the others.`,
    ...(anchor ? [] : ['No --anchor was given: a log that was put back to an earlier state would pass too.']),
    ...(key ? [] : ['No --key was given: the key is the one that the log itself names.']),
  ]
}
