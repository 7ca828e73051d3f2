import { createServer } from 'node:net'
import { toVariable } from '@commonchart/subgraph-list'
import { StartError } from './start-error.ts'

/** Looks whether all ports of the loopback address can be listened on. Throws one sentence that names those that cannot. */
export async function checkPorts(ports: Record<string, number>): Promise<void> {
  const faults = await Promise.all(
    Object.entries(ports).map(async ([name, port]) => {
      const code = await tryToListen(port)
      if (code === undefined) return []
      const variable = name === 'gateway' ? 'PORT' : `${toVariable(name)}_PORT`
      const reason = code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${code})`
      return [`port ${port} for ${name} ${reason} (${variable} chooses another)`]
    }),
  )
  const all = faults.flat()
  if (all.length > 0) throw new StartError(`Cannot start: ${all.join('; ')}.`)
}

function tryToListen(port: number): Promise<string | undefined> {
  return new Promise((done) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => done(error.code ?? error.message))
    server.listen(port, '127.0.0.1', () => server.close(() => done(undefined)))
  })
}
