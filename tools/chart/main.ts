import { text } from 'node:stream/consumers'
import { runChart } from './program.ts'

// Whoever reads us may have seen enough (`chart … | head`).
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
  process.exit()
})

process.exitCode = await runChart(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  readInput: () => text(process.stdin),
  environment: process.env,
  takeInterruption() {
    const interrupted = new AbortController()
    // The first one only: a second Ctrl-C ends the process at once.
    process.once('SIGINT', () => interrupted.abort())
    return interrupted.signal
  },
})
