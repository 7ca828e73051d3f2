import { help, readReceiverConfig, type ReceiverConfig } from './config.ts'
import { startReceiver } from './receiver.ts'

const config = readConfig()
if (config) {
  const receiver = await startReceiver(config, (line) => process.stdout.write(`${JSON.stringify(line)}\n`))
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => void receiver.stop())
}

function readConfig(): ReceiverConfig | null {
  try {
    const read = readReceiverConfig(process.argv.slice(2), process.env)
    if (!read) process.stdout.write(help)
    return read
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${help}`)
    process.exitCode = 2
    return null
  }
}
