/** Posts a GraphQL document to the gateway's settings graph; throws when no GraphQL answer came back. */
export type Send = (query: string, variables: Record<string, unknown>) => Promise<Answer>

export type Answer = {
  data?: Record<string, unknown> | null
  errors?: { message: string; path?: (string | number)[]; extensions?: Record<string, unknown> }[]
}

/** What became of one item of an import mutation. */
export type Outcome =
  { state: 'CREATED' | 'UNCHANGED' | 'UPDATED'; id: string } | { state: 'REFUSED'; reason: string }

/** An import mutation: its document, its variables for some items, and how its payload is read. */
export type ImportMutation<Input> = {
  document: string
  variables(inputs: Input[]): Record<string, unknown>
  outcomes(data: Record<string, unknown>): Outcome[]
}

/** The gateway or a subgraph cannot take anything at the moment, although it was asked more than once. */
export class SendError extends Error {
  override name = 'SendError'
}

/** Codes that say nothing about the input: the same batch may go in later. */
const passing = new Set([
  'AUDIT_UNAVAILABLE',
  'IDEMPOTENCY_KEY_IN_USE',
  'RATE_LIMITED',
  'REGISTRY_UNAVAILABLE',
  'SUBGRAPH_UNAVAILABLE',
])
/** Codes that may be cured by sending less at once, and of which one item alone may be the cause. */
const perhapsTooMuch = new Set(['PAYLOAD_TOO_LARGE', 'QUERY_TOO_COMPLEX', 'TIMEOUT', 'INTERNAL_SERVER_ERROR'])
/** Codes that no item is to blame for and that waiting does not cure. */
const fatal = new Set([
  'API_NOT_ENABLED',
  'FORBIDDEN',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'UNAUTHENTICATED',
  'UNKNOWN_DOMAIN',
])

const attempts = 4

/**
 * Sends items through an import mutation and gives the outcome of each, in order. A batch refused as a whole is halved
 * until the item at fault stands alone, so that one bad item keeps no other out. What passes by itself is tried again
 * (imports are idempotent by external id); throws SendError when it does not pass.
 */
export async function sendItems<Input>(
  mutation: ImportMutation<Input>,
  inputs: Input[],
  send: Send,
  wait: (ms: number) => Promise<void>,
): Promise<Outcome[]> {
  const answer = await sendPatiently(
    () => send(mutation.document, mutation.variables(inputs)),
    inputs.length,
    wait,
  )
  if (answer.data && !answer.errors?.length) {
    const outcomes = mutation.outcomes(answer.data)
    if (outcomes.length === inputs.length) return outcomes
    throw new SendError(`The gateway answered ${outcomes.length} results for ${inputs.length} items.`)
  }
  const error = answer.errors?.[0]
  if (fatal.has(codeOf(answer))) throw new SendError(error?.message ?? 'The gateway refused the import.')
  if (inputs.length === 1)
    return [{ state: 'REFUSED', reason: error?.message ?? 'The gateway gave no reason.' }]
  const middle = Math.ceil(inputs.length / 2)
  const head = await sendItems(mutation, inputs.slice(0, middle), send, wait)
  return [...head, ...(await sendItems(mutation, inputs.slice(middle), send, wait))]
}

/** Posts until there is an answer that waiting would not change; a single item that stays too much is answered so. */
async function sendPatiently(
  post: () => Promise<Answer>,
  size: number,
  wait: (ms: number) => Promise<void>,
): Promise<Answer> {
  let cause: unknown
  for (let attempt = 1; attempt <= attempts; attempt += 1) {
    if (attempt > 1) await wait(250 * 4 ** (attempt - 2))
    const answer = await post().catch((error: unknown) => void (cause = error))
    if (!answer) continue
    const code = codeOf(answer)
    const last = size > 1 || attempt === attempts
    if (perhapsTooMuch.has(code) ? last : !passing.has(code)) return answer
    cause = new Error(answer.errors?.[0]?.message)
  }
  const reason = cause instanceof Error ? cause.message : String(cause)
  throw new SendError(`After ${attempts} attempts the gateway still could not take a batch: ${reason}`, {
    cause,
  })
}

function codeOf(answer: Answer): string {
  const code = answer.errors?.[0]?.extensions?.['code']
  return typeof code === 'string' ? code : ''
}
