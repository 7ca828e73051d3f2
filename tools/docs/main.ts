import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { writeErrors } from './errors.ts'

const file = new URL('../../docs/errors.md', import.meta.url)
const text = await writeErrors()
const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === text
if (!process.argv.includes('--check')) {
  if (!isCurrent) writeFileSync(file, text)
  console.log(isCurrent ? 'docs/errors.md is up to date' : 'written: docs/errors.md')
} else if (!isCurrent) {
  console.error('docs/errors.md is not what the catalogue says: run `npm run docs`')
  process.exitCode = 1
}
