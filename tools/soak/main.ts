import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { listSoakTests } from './soak-tests.ts'

/** Runs the long forms of tests, one file after the other: `npm run soak`, or `npm run soak -- booking` for those so named. */
const root = fileURLToPath(new URL('../../', import.meta.url))
const chosen = process.argv.slice(2)
const files = listSoakTests(root).filter(
  (file) => chosen.length === 0 || chosen.some((name) => file.includes(name)),
)
if (files.length === 0) {
  console.error(`No test with a long form is in a file named ${chosen.join(' or ')}.`)
  process.exit(1)
}
const begun = Date.now()
const run = spawn(
  process.execPath,
  [
    '--test',
    '--test-global-setup=libs/testing/src/global-setup.ts',
    '--test-concurrency=1',
    '--test-reporter=spec',
    ...files,
  ],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, COMMONCHART_SOAK: '1', APOLLO_TELEMETRY_DISABLED: '1' },
  },
)
// Ctrl-C reaches the tests, too, and they end first; only their verdict is ours.
process.on('SIGINT', () => undefined)
const [code] = (await once(run, 'exit')) as [number | null]
console.log(`${files.length} files in ${((Date.now() - begun) / 1000).toFixed(0)} s`)
process.exitCode = code ?? 1
