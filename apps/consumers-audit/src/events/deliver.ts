import { openDatabase } from '@commonchart/database'
import type { Logger } from 'pino'
import type { MasterKeys } from '../access/master-keys.ts'
import type { Tables } from '../tables.ts'
import type { EventConfig } from './event-config.ts'
import { startEventPumps, type EventPumps } from './pumps.ts'

/** Few, and none of those that requests are answered over: however much is delivered, it keeps no request waiting. */
const connections = 4

/** Starts delivering events from a database, over connections of its own. */
export function startDelivering(
  options: { url: string; masterKeys: MasterKeys; logger: Logger } & EventConfig,
): EventPumps {
  const { url, logger } = options
  const db = openDatabase<Tables>(url, {
    max: connections,
    onError: (error) => logger.warn({ err: error }, 'a connection of the event deliveries broke'),
  })
  const pumps = startEventPumps({ ...options, db })
  return {
    async stop() {
      await pumps.stop()
      await db.destroy()
    },
  }
}
