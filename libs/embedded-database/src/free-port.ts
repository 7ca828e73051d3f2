import { randomInt } from 'node:crypto'
import { createServer } from 'node:net'

/** Below those that Linux, macOS and Windows lend to outgoing connections, of which one could take the port before its user. */
const lowest = 15_000
const highest = 32_000

/** Finds a TCP port of the loopback address that nobody listens on at this moment, nor will by chance. */
export async function findFreePort(): Promise<number> {
  for (;;) {
    const port = randomInt(lowest, highest)
    if (await isFree(port)) return port
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((found, failed) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? found(false) : failed(error),
    )
    server.listen(port, '127.0.0.1', () => server.close(() => found(true)))
  })
}
