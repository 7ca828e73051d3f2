import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Refused, Unreachable, type GraphError } from '../environment/graph.ts'
import { request, type Dispatcher } from 'undici'
import { openLists, type WrittenList } from './export-lists.ts'
import { UsageError, type Io } from './io.ts'
import type { Settings } from './settings.ts'

/** What an export says of itself: which files, how many rows, and the SHA-256 of each file. */
export interface Manifest {
  domain: string
  exportedAt: string
  /** By subgraph. Each is as of one moment. */
  subgraphs: Record<string, { files: Record<string, WrittenList> }>
}

/** A part of an export never pauses longer. */
const silenceMs = 90_000

/**
 * Writes everything that the platform keeps of a domain into a new folder: a folder for each subgraph, in it a file for each table,
 * one row a line. The folder gets its name when all of it is there; what breaks off leaves a folder whose name ends in `.part`,
 * and the next attempt begins anew.
 */
export async function exportDomain(domain: string, to: string, settings: Settings, io: Io): Promise<void> {
  if (existsSync(to)) throw new UsageError(`${to} is there already: an export is written into a new folder.`)
  const part = `${to}.part`
  rmSync(part, { recursive: true, force: true })
  mkdirSync(part, { recursive: true, mode: 0o700 })
  const manifest: Manifest = { domain, exportedAt: new Date().toISOString(), subgraphs: {} }
  const { subgraphs } = (await readJson(settings, '')) as { subgraphs: string[] }
  for (const subgraph of subgraphs) {
    const folder = join(part, subgraph)
    mkdirSync(folder)
    const answer = await open(settings, `/${subgraph}/domain?domain=${encodeURIComponent(domain)}`)
    const files = await openLists(folder, (rows) => progress(io, `${subgraph}: ${rows} rows`)).take(
      answer.body,
    )
    manifest.subgraphs[subgraph] = { files }
    if (io.err.isTTY) io.err.write('\n')
  }
  keepCheckpoint(join(part, 'consumers-audit'))
  writeFileSync(join(part, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
  renameSync(part, to)
  const lists = Object.values(manifest.subgraphs).flatMap(({ files }) => Object.values(files))
  const rows = lists.reduce((sum, list) => sum + list.rows, 0)
  settings.print(manifest, [
    `${rows} rows of ${domain} are in ${to}, in ${lists.length} files; manifest.json has their digests.`,
    `Its audit log is verified with: chart audit verify --export ${to}/consumers-audit/audit_log.ndjson --anchor ${to}/consumers-audit/newest.checkpoint --key ${to}/consumers-audit/audit.key`,
  ])
}

/** Puts the newest checkpoint and the keys of the log beside it, as `chart audit verify` takes them. */
function keepCheckpoint(folder: string): void {
  const file = join(folder, 'audit_checkpoint.ndjson')
  if (!existsSync(file)) return
  const newest = readFileSync(file, 'utf8').trimEnd().split('\n').at(-1)
  if (!newest) return
  const { text, verifier_key: key } = JSON.parse(newest) as { text: string; verifier_key: string }
  writeFileSync(join(folder, 'newest.checkpoint'), text)
  writeFileSync(join(folder, 'audit.key'), `${key}\n`)
}

function progress(io: Io, words: string): void {
  if (io.err.isTTY) io.err.write(`\r${words}`)
}

async function readJson(settings: Settings, path: string): Promise<unknown> {
  return (await open(settings, path)).body.json()
}

async function open(settings: Settings, path: string): Promise<Dispatcher.ResponseData> {
  const { url, token } = settings.operatorExport(path)
  let answer: Dispatcher.ResponseData
  try {
    answer = await request(url, {
      headers: { authorization: `Bearer ${token}` },
      headersTimeout: silenceMs,
      bodyTimeout: silenceMs,
    })
  } catch (error) {
    throw new Unreachable(`Nothing answers at ${url}: is it started ("npm start")?`, { cause: error })
  }
  if (answer.statusCode === 200) return answer
  const text = await answer.body.text()
  throw new Refused(readErrors(text) ?? [{ message: `${url} answered ${answer.statusCode}.` }])
}

function readErrors(text: string): GraphError[] | undefined {
  try {
    return (JSON.parse(text) as { errors?: GraphError[] }).errors
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
