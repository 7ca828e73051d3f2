import { together, withDomain } from '@commonchart/database'
import { sql, type Kysely, type Selectable, type Transaction } from 'kysely'
import type { Tables } from '../tables.ts'
import type { EventDelivery, NewEvent } from './delivery-rows.ts'
import type { EventProgress } from './subscriptions.ts'
import type { EventSecretRow } from './tables.ts'

/** A subscription that this process has to itself for one turn, and what is to be sent. */
export interface Claim {
  domainId: number
  subscriptionId: string
  url: string
  accountDomain: string
  secrets: Selectable<EventSecretRow>[]
  progress: EventProgress
  /** What waited or failed before and is due, in the order of its places. */
  due: EventDelivery[]
  /** What was not taken up yet, in the order of its places. */
  events: NewEvent[]
  /** Deliveries that are open and not due: they hold back what has a higher place. */
  open: Pick<EventDelivery, 'topic' | 'patientId' | 'recordId' | 'sequence'>[]
  /** Up to where everything that is new was read, when fewer events than were asked for are there. */
  end: string
  now: Date
}

/**
 * Takes a subscription for one turn, unless another process has it, and reads up to `limit` of what waits and of what is new
 * each. Null when it is not to be had or nothing may be sent to it now.
 */
export function claimSubscription(
  db: Kysely<Tables>,
  domainId: number,
  {
    subscriptionId,
    holder,
    limit,
    leaseMs,
  }: { subscriptionId: string; holder: string; limit: number; leaseMs: number },
): Promise<Claim | null> {
  return withDomain(db, domainId, async (trx) => {
    const of = { domainId, subscriptionId }
    const [progress, target, secrets, , events] = await together([
      takeLease(trx, of, { holder, leaseMs }),
      findTarget(trx, of),
      listSealed(trx, of),
      readInOrder(trx),
      listNewEvents(trx, of, limit),
    ])
    if (!progress) return null
    if (!target || secrets.length === 0) {
      await endLease(trx, of, holder)
      return null
    }
    const { openSince, now } = progress
    const [due, open] =
      openSince === null
        ? [[], []]
        : await together([listDue(trx, of, { openSince, limit }), listOthers(trx, of, openSince)])
    const claim = { ...of, ...target, secrets, progress, due, open, now }
    // What is due and was not read may hold back what is new.
    return due.length === limit
      ? { ...claim, events: [], end: progress.position }
      : { ...claim, events, end: target.end }
  })
}

interface Of {
  domainId: number
  subscriptionId: string
}

async function takeLease(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
  { holder, leaseMs }: { holder: string; leaseMs: number },
): Promise<(EventProgress & { now: Date }) | undefined> {
  const { rows } = await sql<EventProgress & { now: Date }>`/* prepare take_event_lease */
    UPDATE event_progress SET leased_by = ${holder}::uuid, leased_until = now() + ${leaseMs}::integer * interval '1 ms'
    WHERE domain_id = ${domainId}::integer AND subscription_id = ${subscriptionId}::bigint
      AND (leased_until IS NULL OR leased_until < now() OR leased_by = ${holder}::uuid)
    RETURNING *, now()::timestamptz(3) AS now`.execute(trx)
  return rows[0]
}

/** Gives a subscription back that a process has, so that its next turn need not wait until the lease ends. */
export function giveBack(
  db: Kysely<Tables>,
  domainId: number,
  { subscriptionId, holder }: { subscriptionId: string; holder: string },
): Promise<void> {
  return withDomain(db, domainId, (trx) => endLease(trx, { domainId, subscriptionId }, holder))
}

async function endLease(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
  holder: string,
): Promise<void> {
  await trx
    .updateTable('eventProgress')
    .set({ leasedBy: null, leasedUntil: null })
    .where('domainId', '=', domainId)
    .where('subscriptionId', '=', subscriptionId)
    .where('leasedBy', '=', holder)
    .execute()
}

interface Target {
  url: string
  accountDomain: string
  /** The last place of the log; what is read behind this sees at least up to there. */
  end: string
}

/** Where to send to; undefined while the subscription, its consumer or its domain is not active. */
async function findTarget(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
): Promise<Target | undefined> {
  const { rows } = await sql<Target>`/* prepare find_event_target */
    SELECT s.url, d.name AS account_domain,
      coalesce((SELECT t.size FROM audit_tree t WHERE t.domain_id = ${domainId}::integer), 0) - 1 AS "end"
    FROM event_subscription s
      JOIN consumer c ON c.domain_id = s.domain_id AND c.id = s.consumer_id
      JOIN domain d ON d.id = s.domain_id
    WHERE s.domain_id = ${domainId}::integer AND s.id = ${subscriptionId}::bigint AND s.state = 'ACTIVE' AND c.active
      AND d.enabled`.execute(trx)
  return rows[0]
}

/** The secrets, sealed, oldest first. */
async function listSealed(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
): Promise<Claim['secrets']> {
  const { rows } = await sql<Claim['secrets'][number]>`/* prepare list_event_secrets */
    SELECT * FROM event_secret WHERE domain_id = ${domainId}::integer AND subscription_id = ${subscriptionId}::bigint
    ORDER BY id`.execute(trx)
  return rows
}

/** Reads what is new behind a place, while this process has the subscription; nothing once it was paused. */
export function readFurther(
  db: Kysely<Tables>,
  { domainId, subscriptionId }: Of,
  { after, limit }: { after: string; limit: number },
): Promise<NewEvent[]> {
  return withDomain(db, domainId, async (trx) => {
    const reading = sql<ReadEvent>`/* prepare read_further_events */
      SELECT ${readColumns} FROM domain_event e
      WHERE e.domain_id = ${domainId}::integer AND e.sequence > ${after}::bigint
        AND e.topic = ANY ((SELECT s.topics FROM event_subscription s
          WHERE s.domain_id = ${domainId}::integer AND s.id = ${subscriptionId}::bigint AND s.state = 'ACTIVE')::text[])
      ORDER BY e.sequence LIMIT ${limit}::integer`
    const [, { rows }] = await together([readInOrder(trx), reading.execute(trx.withoutPlugins())])
    return rows.map(toEvent)
  })
}

/**
 * Has what follows be read in the order of its index. Where the planner expects a few events it would read and sort them all
 * for the first of them, again and again while a subscription catches up.
 */
function readInOrder(trx: Transaction<Tables>): Promise<unknown> {
  return sql.raw('SET LOCAL enable_sort = off').execute(trx)
}

async function listNewEvents(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
  limit: number,
): Promise<NewEvent[]> {
  const { rows } = await sql<ReadEvent>`/* prepare list_new_events */
    SELECT ${readColumns} FROM domain_event e
    WHERE e.domain_id = ${domainId}::integer
      AND e.sequence > (SELECT p.position FROM event_progress p
        WHERE p.domain_id = ${domainId}::integer AND p.subscription_id = ${subscriptionId}::bigint)
      AND e.topic = ANY ((SELECT s.topics FROM event_subscription s
        WHERE s.domain_id = ${domainId}::integer AND s.id = ${subscriptionId}::bigint)::text[])
    ORDER BY e.sequence LIMIT ${limit}::integer`.execute(trx.withoutPlugins())
  return rows.map(toEvent)
}

/** An event as it is read: to take times and lists apart that the driver was given costs three times as much. */
type ReadEvent = Omit<NewEvent, 'occurredAt' | 'fields'> & { occurredAt: string; fields: string }

const readColumns =
  sql.raw(`e.sequence, e.event_id AS "eventId", e.topic, e.record_id AS "recordId", e.patient_id AS "patientId",
      to_char(e.occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS "occurredAt",
      array_to_json(e.fields)::text AS fields`)

function toEvent({ sequence, eventId, topic, recordId, patientId, occurredAt, fields }: ReadEvent): NewEvent {
  return {
    ...{ sequence, eventId, topic, recordId, patientId },
    ...{ occurredAt: new Date(occurredAt), fields: JSON.parse(fields) as string[] },
  }
}

async function listDue(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
  { openSince, limit }: { openSince: string; limit: number },
): Promise<EventDelivery[]> {
  const { rows } = await sql<EventDelivery>`
    SELECT * FROM event_delivery
    WHERE domain_id = ${domainId} AND subscription_id = ${subscriptionId}::bigint AND id >= ${openSince}::uuid
      AND status IN ('WAITING', 'RETRYING') AND next_attempt_at <= now()
    ORDER BY sequence, id LIMIT ${limit}::integer`.execute(trx)
  return rows
}

async function listOthers(
  trx: Transaction<Tables>,
  { domainId, subscriptionId }: Of,
  openSince: string,
): Promise<Claim['open']> {
  const { rows } = await sql<Claim['open'][number]>`
    SELECT topic, patient_id, record_id, min(sequence) AS sequence FROM event_delivery
    WHERE domain_id = ${domainId} AND subscription_id = ${subscriptionId}::bigint AND id >= ${openSince}::uuid
      AND status IN ('WAITING', 'RETRYING') AND NOT is_test
      AND (next_attempt_at IS NULL OR next_attempt_at > now())
    GROUP BY topic, patient_id, record_id`.execute(trx)
  return rows
}
