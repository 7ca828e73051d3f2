/** Ids in an address are digits, which the router reads as numbers. */
type Text = string | number

/** How far back: from so long ago until now. */
export const periods = { '1h': 1, '24h': 24, '7d': 7 * 24, '30d': 30 * 24, '90d': 90 * 24 } as const
export type Period = keyof typeof periods

/** Where a page of a log begins, and what time it is of. */
export interface Place {
  last?: Period
  from?: string
  to?: string
  after?: string
  before?: string
}

export interface AccessSearch extends Place {
  consumerId?: Text
  operationName?: Text
  operationKind?: 'QUERY' | 'MUTATION'
  outcome?: Outcome
  errorCode?: Text
  slowerThanMs?: number
  ip?: Text
  patientId?: Text
  /** Whose requests: without it those of programs, of people, or all. */
  graph?: 'SETTINGS' | 'ALL'
}

export interface AuditSearch extends Place {
  kind?: 'REQUEST' | 'READ' | 'CHANGE'
  actorKind?: Text
  actorId?: Text
  consumer?: Text
  action?: Text
  recordType?: Text
  recordId?: Text
  patientId?: Text
  outcome?: Outcome
}

export interface DisclosuresSearch extends Omit<Place, 'after' | 'before'> {
  patientId?: Text
}

/** The delivery log of an event subscription, and which delivery of the page is opened. */
export interface DeliverySearch extends Place {
  tab?: 'facts' | 'receive'
  status?: DeliveryStatus
  topic?: string
  patientId?: Text
  delivery?: string
}

export const deliveryStatuses = ['WAITING', 'RETRYING', 'DELIVERED', 'FAILED'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

export const outcomes = ['SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED'] as const
export type Outcome = (typeof outcomes)[number]

type Given = Record<string, unknown>

/** Reads the filters of the access log from an address; what is none of theirs is left out. */
export function readAccessSearch(given: Given): AccessSearch {
  const slower = Number(given.slowerThanMs)
  return compact<AccessSearch>({
    ...readPlace(given),
    ...readTexts(given, ['consumerId', 'operationName', 'errorCode', 'ip', 'patientId']),
    operationKind: oneOf(['QUERY', 'MUTATION'], given.operationKind),
    outcome: oneOf(outcomes, given.outcome),
    graph: oneOf(['SETTINGS', 'ALL'], given.graph),
    slowerThanMs: Number.isSafeInteger(slower) && slower > 0 ? slower : undefined,
  })
}

/** Reads the filters of the audit log from an address. */
export function readAuditSearch(given: Given): AuditSearch {
  return compact<AuditSearch>({
    ...readPlace(given),
    ...readTexts(given, [
      'actorKind',
      'actorId',
      'consumer',
      'action',
      'recordType',
      'recordId',
      'patientId',
    ]),
    kind: oneOf(['REQUEST', 'READ', 'CHANGE'], given.kind),
    outcome: oneOf(outcomes, given.outcome),
  })
}

/** Reads whose disclosures of which time are asked for. */
export function readDisclosuresSearch(given: Given): DisclosuresSearch {
  const { last, from, to } = readPlace(given)
  return compact<DisclosuresSearch>({ ...readTexts(given, ['patientId']), last, from, to })
}

/** Reads the tab of a subscription and the filters of its delivery log from an address. */
export function readDeliverySearch(given: Given): DeliverySearch {
  const { topic, delivery } = given
  return compact<DeliverySearch>({
    ...readPlace(given),
    ...readTexts(given, ['patientId']),
    tab: oneOf(['facts', 'receive'], given.tab),
    status: oneOf(deliveryStatuses, given.status),
    topic: typeof topic === 'string' && topic !== '' ? topic : undefined,
    delivery: typeof delivery === 'string' && delivery !== '' ? delivery : undefined,
  })
}

/** The time that an address asks for, as instants. A period ends now. */
export function readTimes(
  { last, from, to }: Pick<Place, 'last' | 'from' | 'to'>,
  now = Date.now(),
): { from?: string; to?: string } {
  if (!last) return compact({ from, to })
  return { from: new Date(now - periods[last] * 3_600_000).toISOString() }
}

/** Which graph is searched for the requests that are wanted; undefined is every one. */
export function readGraph({ graph }: Pick<AccessSearch, 'graph'>) {
  return graph === 'ALL' ? undefined : (graph ?? ('ENTERPRISE' as const))
}

/** The query string of an export: the same filters, the time as instants, and no place in a list. */
export function writeExport<Search extends Place>(search: Search): string {
  const { last, from, to, after: _, before: __, ...filters } = search
  const all = compact({ ...filters, ...readTimes({ last, from, to }) })
  return new URLSearchParams(Object.entries(all).map(([name, value]) => [name, String(value)])).toString()
}

function readPlace({ last, from, to, after, before }: Given): Place {
  const period = oneOf(Object.keys(periods) as Period[], last)
  return {
    last: period,
    ...(!period && { from: readTime(from), to: readTime(to) }),
    ...(typeof after === 'string' ? { after } : typeof before === 'string' && { before }),
  }
}

function readTime(value: unknown): string | undefined {
  const time = typeof value === 'string' ? new Date(value) : null
  return time && !Number.isNaN(time.getTime()) ? time.toISOString() : undefined
}

/** Digits stay numbers, so that an address says `?consumerId=12` and not `?consumerId=%2212%22`. */
function readTexts<Name extends string>(given: Given, names: Name[]): Partial<Record<Name, Text>> {
  const read = (value: unknown): Text | undefined => {
    const text = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : ''
    if (text === '') return undefined
    return /^(0|[1-9]\d{0,14})$/.test(text) ? Number(text) : text
  }
  return Object.fromEntries(names.map((name) => [name, read(given[name])])) as Partial<Record<Name, Text>>
}

function oneOf<Value extends string>(values: readonly Value[], value: unknown): Value | undefined {
  return values.find((each) => each === value)
}

function compact<Values extends object>(values: Values): Values {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Values
}
