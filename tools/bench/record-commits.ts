import pg from 'pg'
import { median } from './median.ts'
import { insertRowsBarely } from './record-floor.ts'
import { createFrame, recordsPerFrame, type RecordedQuery } from './record-frames.ts'
import { startRecorder, type RecorderProcess } from './recorder-process.ts'
import { runWorkers } from './run-workers.ts'

/** What consumers-audit did with records of one query: medians over the rounds. */
export interface Commits {
  title: string
  recordsPerSecond: number
  /** How many records a transaction had on average. */
  batch: number
  /** Processor time per record, in milliseconds. */
  cpuMs: { own: number; postgres: number }
  /** Rows per second of plain inserts of the same sealed bytes. */
  plainPerSecond: number
  /** Records per second of the same rows with the same indexes, by the barest statements. */
  barePerSecond: number
  /** How long leaves of the last round waited for their numbers once the last record was committed. */
  sequencedAfterSeconds: number
  /** Per record: the bodies as they were sent, and all that the tables of the record grew by. */
  rawBytes: number
  storedBytes: number
}

/** So many gateways, each with one batch under way. */
const senders = 6

/**
 * Drives consumers-audit with `records` records a round, by frames as gateways send them, and in turn with it PostgreSQL
 * alone with the same bytes.
 */
export async function measureCommits(
  query: RecordedQuery,
  { records, rounds, profile }: { records: number; rounds: number; profile?: string },
): Promise<Commits> {
  const recorder = await startRecorder(senders, profile)
  const admin = new pg.Client({ connectionString: recorder.database.adminUrl })
  await admin.connect()
  try {
    await sendFrames(recorder, createFrames(query, records / 5))
    await untilSequenced(admin)
    const bytesBefore = await readStoredBytes(admin)
    const reached: number[] = []
    const plain: number[] = []
    const bare: number[] = []
    const own: number[] = []
    const postgres: number[] = []
    let sequencedAfterSeconds = Number.NaN
    let count = 0
    for (let round = 0; round < rounds; round += 1) {
      const frames = createFrames(query, records)
      const sent = frames.length * recordsPerFrame
      count += sent
      const before = recorder.readCpuMs()
      reached.push(sent / (await sendFrames(recorder, frames)))
      const after = recorder.readCpuMs()
      own.push((after.own - before.own) / sent)
      postgres.push((after.postgres - before.postgres) / sent)
      sequencedAfterSeconds = await untilSequenced(admin)
      const same = { sent, batch: await readBatch(admin), connections: senders }
      plain.push(await insertPlainly(admin, recorder.database.adminUrl, same))
      bare.push(await insertRowsBarely(admin, recorder.database.adminUrl, same))
    }
    return {
      ...{ title: query.title, recordsPerSecond: median(reached), plainPerSecond: median(plain) },
      barePerSecond: median(bare),
      ...{ batch: await readBatch(admin), cpuMs: { own: median(own), postgres: median(postgres) } },
      ...{ sequencedAfterSeconds, storedBytes: ((await readStoredBytes(admin)) - bytesBefore) / count },
      rawBytes: Buffer.byteLength(query.request) + Buffer.byteLength(query.response),
    }
  } finally {
    await admin.end()
    await recorder.stop()
  }
}

function createFrames(query: RecordedQuery, records: number): Buffer[] {
  return Array.from({ length: Math.ceil(records / recordsPerFrame) }, (_, at) =>
    createFrame(query, `bench-${at % senders}`),
  )
}

/** Sends the frames by all senders; gives the seconds until the last was acknowledged. */
async function sendFrames(recorder: RecorderProcess, frames: Buffer[]): Promise<number> {
  const begun = performance.now()
  await runWorkers(senders, frames, (frame, gateway) => recorder.send(frame, gateway))
  return (performance.now() - begun) / 1000
}

/** Waits until every leaf has its number; gives the seconds. */
async function untilSequenced(admin: pg.Client): Promise<number> {
  const begun = performance.now()
  for (;;) {
    const { rows } = await admin.query('SELECT EXISTS (SELECT FROM audit_waiting) AS waiting, pg_sleep(0.02)')
    if (!rows[0].waiting) return (performance.now() - begun) / 1000
  }
}

/** Everything that the record consists of, with its indexes; but not the queue of leaves, whose rows go again. */
async function readStoredBytes(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(
    `SELECT sum(pg_total_relation_size(oid)) AS bytes FROM pg_class
     WHERE relkind = 'r' AND relname ~ '^(access|audit|element)_' AND relname <> 'audit_waiting'`,
  )
  return Number(rows[0].bytes)
}

/** Rows of one transaction bear its number. */
async function readBatch(admin: pg.Client): Promise<number> {
  const { rows } = await admin.query(
    'SELECT count(*)::float / count(DISTINCT xmin::text) AS batch FROM access_log',
  )
  return rows[0].batch
}

/** Inserts the sealed bytes of the newest records, in batches over as many connections; gives the rows per second. */
async function insertPlainly(
  admin: pg.Client,
  connectionString: string,
  { sent, batch }: { sent: number; batch: number },
): Promise<number> {
  await admin.query(`DROP TABLE IF EXISTS plain;
    CREATE TABLE plain (id uuid PRIMARY KEY, sealed bytea);
    ALTER TABLE plain ALTER sealed SET STORAGE EXTERNAL`)
  const { rows } = await admin.query<{ id: string; sealed: Buffer }>(
    'SELECT id, sealed FROM access_log ORDER BY id DESC LIMIT $1',
    [sent],
  )
  const size = Math.round(batch)
  const batches = Array.from({ length: Math.ceil(rows.length / size) }, (_, index) =>
    rows.slice(index * size, (index + 1) * size),
  )
  const pool = new pg.Pool({ connectionString, max: senders })
  const insert = (own: typeof rows): Promise<unknown> =>
    pool.query('INSERT INTO plain SELECT * FROM unnest($1::uuid[], $2::bytea[])', [
      own.map(({ id }) => id),
      own.map(({ sealed }) => sealed),
    ])
  await Promise.all(Array.from({ length: senders }, () => pool.query('SELECT 1')))
  const begun = performance.now()
  await runWorkers(senders, batches, insert)
  const seconds = (performance.now() - begun) / 1000
  await pool.end()
  return rows.length / seconds
}
