import type pg from 'pg'

/** The role as which the console signs in to its own database; it has rights on no other. */
export const consoleRole = 'commonchart_console'

/** The roles of a subgraph's database: what each may do is in docs/architecture.md and DESIGN, Tenancy. */
export const roles = {
  migrator: 'commonchart_migrator',
  app: 'commonchart_app',
  worker: 'commonchart_worker',
  maintenance: 'commonchart_maintenance',
  finder: 'commonchart_finder',
} as const

const wanted = [
  { name: roles.migrator, options: 'NOLOGIN' },
  { name: roles.app, options: 'LOGIN' },
  { name: roles.worker, options: 'LOGIN' },
  { name: roles.maintenance, options: 'NOLOGIN BYPASSRLS' },
  { name: roles.finder, options: 'NOLOGIN BYPASSRLS' },
]

export interface RolePasswords {
  app?: string
  worker?: string
}

/**
 * Creates what is missing of the roles, sets the passwords that are given, and gives the roles their rights on the
 * database of the connection. Roles are shared by all databases of a server, so several may do this at once.
 */
export async function ensureRoles(client: pg.ClientBase, passwords: RolePasswords): Promise<void> {
  const { rows } = await client.query<{ rolname: string }>(
    'SELECT rolname FROM pg_roles WHERE rolname = ANY($1)',
    [wanted.map((role) => role.name)],
  )
  const present = new Set(rows.map((row) => row.rolname))
  for (const { name, options } of wanted) if (!present.has(name)) await createRole(client, name, options)
  await atOnce(client, `ALTER ROLE ${roles.app} SET statement_timeout = '5s'`)
  for (const role of ['app', 'worker'] as const) {
    const password = passwords[role]
    if (password !== undefined)
      await atOnce(client, `ALTER ROLE ${roles[role]} PASSWORD ${client.escapeLiteral(password)}`)
  }
  await atOnce(client, `GRANT ${roles.migrator} TO CURRENT_USER`)
  await atOnce(client, `GRANT ${roles.maintenance}, ${roles.finder} TO ${roles.migrator}`)
  const { rows: names } = await client.query<{ name: string }>('SELECT current_database() AS name')
  const database = client.escapeIdentifier(names[0]?.name ?? '')
  await atOnce(client, `GRANT CREATE, CONNECT ON DATABASE ${database} TO ${roles.migrator}`)
  await atOnce(client, `REVOKE CONNECT, TEMPORARY ON DATABASE ${database} FROM PUBLIC`)
  await atOnce(client, `GRANT CONNECT ON DATABASE ${database} TO ${roles.app}, ${roles.worker}`)
  await atOnce(
    client,
    `GRANT USAGE, CREATE ON SCHEMA public TO ${roles.migrator}, ${roles.maintenance}, ${roles.finder}`,
  )
}

async function createRole(client: pg.ClientBase, name: string, options: string): Promise<void> {
  try {
    await client.query(`CREATE ROLE ${name} ${options}`)
  } catch (error) {
    const code = (error as { code?: string }).code
    // Another migration created it between our look and our attempt.
    if (code !== '42710' && code !== '23505') throw error
  }
}

/** Postgres refuses two changes of one role or database at the same instant; the later one tries again. */
export async function atOnce(client: pg.ClientBase, statement: string, attemptsLeft = 20): Promise<void> {
  try {
    await client.query(statement)
  } catch (error) {
    if (attemptsLeft === 0 || !/concurrently updated/.test((error as Error).message)) throw error
    await atOnce(client, statement, attemptsLeft - 1)
  }
}
