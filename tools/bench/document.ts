import { readFileSync, writeFileSync } from 'node:fs'

const file = new URL('../../docs/benchmarks.md', import.meta.url)

/** Puts the figures of a run between `<!-- NAME -->` and `<!-- /NAME -->` of docs/benchmarks.md. Throws if it has no such place. */
export function replaceSection(name: string, text: string): void {
  const [start, end] = [`<!-- ${name} -->\n`, `<!-- /${name} -->\n`]
  const [head, rest] = readFileSync(file, 'utf8').split(start)
  const tail = rest?.split(end)[1]
  if (tail === undefined) throw new Error(`docs/benchmarks.md has no place for ${name}`)
  writeFileSync(file, `${head}${start}${text}${end}${tail}`)
}
