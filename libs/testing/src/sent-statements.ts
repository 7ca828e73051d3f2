import pg from 'pg'

/** A statement that a role sent, as the server counted it: without its values. */
export interface SentStatement {
  role: string
  query: string
}

/** Where the databases are named of which every statement is the product's own, none a test's. */
const marks = 'whole_stack_database'

/** Says of databases that only whole processes of the product sign in to them as `commonchart_app`. */
export async function markWholeStack(adminUrls: string[]): Promise<void> {
  const names = adminUrls.map((url) => new URL(url).pathname.slice(1))
  await onServer(adminUrls[0] ?? '', (client) =>
    client.query(
      `SELECT pg_advisory_xact_lock(4242, 2);
       CREATE TABLE IF NOT EXISTS ${marks} (id oid PRIMARY KEY);
       INSERT INTO ${marks} SELECT oid FROM pg_database WHERE datname IN (${names.map((name) => client.escapeLiteral(name)).join()})`,
    ),
  )
}

/** Lists what was sent to the marked databases of a test server since it started, whether they are still there or not. */
export async function listSentStatements(serverUrl: string): Promise<SentStatement[]> {
  return onServer(serverUrl, async (client) => {
    await client.query(
      `CREATE EXTENSION IF NOT EXISTS pg_stat_statements; CREATE TABLE IF NOT EXISTS ${marks} (id oid PRIMARY KEY)`,
    )
    const { rows } = await client.query<SentStatement>(
      `SELECT DISTINCT r.rolname AS role, s.query
       FROM pg_stat_statements s JOIN ${marks} m ON m.id = s.dbid JOIN pg_roles r ON r.oid = s.userid ORDER BY 1, 2`,
    )
    return rows
  })
}

/** Asks the server's own database, whatever database the address names. */
async function onServer<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
  const address = new URL(url)
  address.pathname = '/postgres'
  const client = new pg.Client({ connectionString: address.href })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
