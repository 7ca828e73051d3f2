import { checkAll } from './check-all.ts'
import { readReleased, writeReleased } from './released.ts'

const root = new URL('../../', import.meta.url)
const faults = checkAll(root, readReleased())
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.exitCode = faults.length > 0 ? 1 : 0
if (faults.length === 0 && process.argv.includes('--release')) writeReleased(root)
