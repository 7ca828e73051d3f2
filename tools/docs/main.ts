import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { compatibilityFile, judgeCompatibility, writeCompatibility } from '../compatibility/check.ts'
import { readSurface } from '../compatibility/surface.ts'
import { writeErrors } from './errors.ts'

const errorsFile = new URL('../../docs/errors.md', import.meta.url)
const surface = readSurface()
const isCheck = process.argv.includes('--check')

function write(name: string, file: URL, text: string): void {
  const isCurrent = existsSync(file) && readFileSync(file, 'utf8') === text
  if (!isCurrent) writeFileSync(file, text)
  console.log(isCurrent ? `${name} is up to date` : `written: ${name}`)
}

if (isCheck) {
  const errors = await writeErrors()
  const faults = [
    readFileSync(errorsFile, 'utf8') === errors
      ? null
      : 'docs/errors.md is not what the catalogue says: run `npm run docs`',
    await judgeCompatibility(surface),
  ].filter((fault) => fault !== null)
  for (const fault of faults) console.error(fault)
  if (faults.length > 0) process.exitCode = 1
} else {
  write('docs/errors.md', errorsFile, await writeErrors())
  if (surface) write('docs/chr-compatibility.md', compatibilityFile, await writeCompatibility(surface))
  else
    console.log(
      'docs/chr-compatibility.md stays as it is: the published surface (../shared/reference) is not at hand',
    )
}
