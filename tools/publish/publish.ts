import { check, findFaults, passes, type Report } from '../check/check.ts'
import type { AcceptedChange } from '../check/accepted.ts'
import type { Exceptions } from '../check/lints/lint.ts'
import { deriveApiSchemas } from '../check/released.ts'
import type { Usage } from '../check/usage.ts'
import { composeFiles, type SubgraphSource } from '../schema/compose.ts'
import { digest, type PublishedSubgraph, type Store, type SupergraphVersion } from './store.ts'

/** A subgraph that is to be published. */
export interface Candidate {
  name: string
  text: string
  /** Where it answers; null leaves what was published before. */
  urls: string[] | null
  by: string | null
  commit: string | null
}

export interface PublishOptions {
  /** The subgraphs of the workspace: the first publishing takes from it what nobody has published yet. */
  workspace: SubgraphSource[]
  usage: Usage | null
  accepted: AcceptedChange[]
  exceptions: Exceptions
  now: () => Date
}

/** What came of it: a new version, `null` when all of it was published already, and what the check said. */
export interface Published {
  version: SupergraphVersion | null
  report: Report
  /** Subgraphs that were taken from the workspace. */
  taken: string[]
}

/** The check does not let the subgraph be published. */
export class PublishRefused extends Error {
  readonly report: Report
  constructor(report: Report) {
    super('the check refuses it')
    this.name = 'PublishRefused'
    this.report = report
  }
}

/**
 * Publishes one subgraph: composes it with the others as they were published last, checks what comes out against what is
 * current, and puts it in as the next version. When another is published meanwhile, all of that is done again on top of it,
 * so that both survive. Throws `CompositionError` or `PublishRefused`, having changed nothing.
 */
export async function publishSubgraph(
  store: Store,
  candidate: Candidate,
  options: PublishOptions,
): Promise<Published> {
  for (;;) {
    const latest = store.findLatest()
    const next = prepare(store, latest, candidate, options)
    if (next === null) return { version: null, report: { changes: [], faults: [] }, taken: [] }
    const { version, sources, taken } = next
    const files = composeFiles(sources)
    const report = await checkAgainst(store, latest, { sources, files, options })
    if (!passes(report)) throw new PublishRefused(report)
    const supergraph = files.get('supergraph.graphql') ?? ''
    const added = [candidate.name, ...taken].flatMap((name) => sources.filter((each) => each.name === name))
    const schemas = Object.fromEntries(added.map(({ name, text }) => [name, text]))
    const whole = { ...version, sha256: digest(supergraph) }
    if (store.append(whole, supergraph, schemas)) return { version: whole, report, taken }
  }
}

interface Next {
  version: SupergraphVersion
  sources: SubgraphSource[]
  taken: string[]
}

/** Puts the candidate beside what is published. Gives null when nothing would change. */
function prepare(
  store: Store,
  latest: SupergraphVersion | null,
  candidate: Candidate,
  { workspace, now }: PublishOptions,
): Next | null {
  const { name, text, by, commit } = candidate
  const number = (latest?.version ?? 0) + 1
  const at = now().toISOString()
  const known = latest?.subgraphs[name]
  const development = workspace.find((each) => each.name === name)?.url
  const urls = candidate.urls ?? known?.urls ?? (development ? [development] : [])
  if (urls.length === 0) throw new Error(`nothing says where ${name} answers: give --url`)
  if (known && known.sha256 === digest(text) && known.urls.join() === urls.join()) return null
  const create = (of: { text: string; urls: string[] }, version: number): PublishedSubgraph => ({
    ...{ version, since: number, urls: of.urls, sha256: digest(of.text), at, by, commit },
  })
  const taken = latest === null ? workspace.filter((each) => each.name !== name) : []
  const others = Object.entries(latest?.subgraphs ?? {}).filter(([other]) => other !== name)
  const subgraphs = {
    ...Object.fromEntries(others),
    ...Object.fromEntries(taken.map((each) => [each.name, create({ text: each.text, urls: [each.url] }, 1)])),
    [name]: create({ text, urls }, countVersions(store, name) + 1),
  }
  const sources = [
    ...others.map(([other, published]) => readSource(store, other, published)),
    ...taken,
    { name, text, url: urls.join() },
  ].sort((one, other) => one.name.localeCompare(other.name))
  const because = `${name} ${subgraphs[name]?.version}`
  const version = { version: number, because, restores: null, at, by, sha256: '', subgraphs }
  return { version, sources, taken: taken.map((each) => each.name) }
}

/** How often a subgraph was published, what was rolled back included. */
function countVersions(store: Store, name: string): number {
  return Math.max(0, ...store.listVersions().map(({ subgraphs }) => subgraphs[name]?.version ?? 0))
}

function readSource(store: Store, name: string, published: PublishedSubgraph): SubgraphSource {
  return { name, url: published.urls.join(), text: store.readSchema(name, published) }
}

/** Reads the subgraphs of a version as they go into composition. */
export function readSources(store: Store, { subgraphs }: SupergraphVersion): SubgraphSource[] {
  return Object.entries(subgraphs).map(([name, published]) => readSource(store, name, published))
}

/** Checks what is to come against what is current. What was at fault before is not the fault of this change. */
async function checkAgainst(
  store: Store,
  latest: SupergraphVersion | null,
  {
    sources,
    files,
    options,
  }: { sources: SubgraphSource[]; files: Map<string, string>; options: PublishOptions },
): Promise<Report> {
  const published = latest === null ? {} : deriveApiSchemas(store.readSupergraph(latest.version))
  const report = await check({ ...options, subgraphs: sources, files, published })
  if (latest === null) return { ...report, changes: [] }
  const before = readSources(store, latest)
  const known = new Set(
    findFaults({ ...options, subgraphs: before, files: composeFiles(before) }).map((fault) =>
      JSON.stringify(fault),
    ),
  )
  return { ...report, faults: report.faults.filter((fault) => !known.has(JSON.stringify(fault))) }
}
