import { createHmac } from 'node:crypto'
import { migrateOwnDatabase } from '@commonchart/database'
import { openEmptyTestDatabase } from './test-database.ts'
import type { TestServer } from './test-server.ts'

/**
 * Opens a database that is no subgraph's, such as the console's, with its migrations applied, and gives its address as its own
 * role. `close()` drops it. The role
 * belongs to the server, which tests share, so all come to the same password.
 */
export async function openOwnTestDatabase(
  folder: URL,
  role: string,
  on?: TestServer,
): Promise<{ url: string; adminUrl: string; close(): Promise<void> }> {
  const { adminUrl, close } = await openEmptyTestDatabase(on)
  const password = createHmac('sha256', new URL(adminUrl).host).update(role).digest('hex').slice(0, 24)
  await migrateOwnDatabase({ url: adminUrl, folder, role, password })
  const address = new URL(adminUrl)
  address.username = role
  address.password = password
  return { url: address.href, adminUrl, close }
}
