import { readUnsequencedPages, verifyLog, type LogFault, type SequencedLeaf } from '@commonchart/audit'
import { parseVerifierKey } from '@commonchart/transparency-log'
import { readLeaves } from './read-leaves.ts'

/** What the page asks for; `anchor` and `key` are what somebody kept elsewhere, or empty. */
export interface VerifyQuestion {
  domain: string
  anchor: string
  key: string
}

export type VerifyAnswer =
  | { kind: 'progress'; read: number; size: number }
  | { kind: 'failure'; message: string }
  | { kind: 'verdict'; size: number; covered: number; fault: LogFault | null; key: 'own' | 'given' }

const scope = globalThis as unknown as {
  onmessage: ((event: MessageEvent<VerifyQuestion>) => void) | null
  postMessage(answer: VerifyAnswer): void
}

scope.onmessage = ({ data }) => {
  verify(data).catch((error: unknown) => {
    scope.postMessage({ kind: 'failure', message: error instanceof Error ? error.message : String(error) })
  })
}

/**
 * Verifies a log by the code that `chart audit verify` runs: leaves are encoded from their facts, hashes and roots made anew, and
 * signatures checked here.
 */
async function verify({ domain, anchor, key }: VerifyQuestion): Promise<void> {
  const at = `/api/domains/${encodeURIComponent(domain)}`
  const ask = (query: string, variables: Record<string, unknown>) =>
    askGraph(`${at}/settings`, query, variables)
  const { auditCheckpoint: newest } = (await ask('{ auditCheckpoint { size text verifierKey } }', {})) as {
    auditCheckpoint: { size: string; text: string; verifierKey: string } | null
  }
  const wanted = key.trim() || newest?.verifierKey
  if (!wanted) throw new Error('The log has no checkpoint yet.')
  const verifier = parseVerifierKey(wanted)
  if (!verifier) throw new Error('The verifier key is not one: it reads NAME+ID+KEY.')
  const size = Number(newest?.size ?? 0)
  const verdict = await verifyLog({
    readLeaves: () => counted(readLeaves(`${at}/export/audit-log`), size),
    readUnsequenced: () => readUnsequencedPages(ask),
    checkpoints: [
      ...(newest ? [{ source: 'the log itself', text: newest.text }] : []),
      ...(anchor.trim() ? [{ source: 'the anchor', text: `${anchor.trim().replaceAll('\r', '')}\n` }] : []),
    ],
    verifiers: [verifier],
  })
  scope.postMessage({ kind: 'verdict', ...verdict, key: key.trim() ? 'given' : 'own' })
}

async function* counted(leaves: AsyncIterable<SequencedLeaf>, size: number): AsyncGenerator<SequencedLeaf> {
  let read = 0
  for await (const leaf of leaves) {
    yield leaf
    read += 1
    if (read % 500 === 0) scope.postMessage({ kind: 'progress', read, size })
  }
}

async function askGraph(
  url: string,
  query: string,
  variables: Record<string, unknown>,
): Promise<Record<string, unknown>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  })
  const { data, errors, message } = (await response.json()) as {
    data?: Record<string, unknown>
    errors?: { message: string }[]
    message?: string
  }
  if (!data || errors) throw new Error(errors?.[0]?.message ?? message ?? response.statusText)
  return data
}
