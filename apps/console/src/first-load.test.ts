import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const web = fileURLToPath(new URL('../dist/web/', import.meta.url))
const mostBytes = 300 * 1024

/** Scripts that a file makes the browser load before it runs, itself included. */
function followScripts(file: string, loaded = new Set<string>()): Set<string> {
  if (loaded.has(file)) return loaded
  loaded.add(file)
  const text = readFileSync(join(web, 'assets', file), 'utf8')
  for (const [, name = ''] of text.matchAll(/(?:from|import)\s*["']\.\/([^"']+\.js)["']/g))
    followScripts(name, loaded)
  return loaded
}

function sizeOf(files: Iterable<string>): number {
  return [...files].reduce((sum, file) => sum + gzipSync(readFileSync(join(web, 'assets', file))).length, 0)
}

/** What a browser loads for the app's page and one of the pages within. */
function listFirstLoad(entry: string, pages: string[]): Set<string> {
  const html = readFileSync(join(web, entry), 'utf8')
  const named = [...html.matchAll(/(?:src|href)="\/assets\/([^"]+\.js)"/g)].map(([, name = '']) => name)
  const chunks = pages.flatMap((page) =>
    globSync(`assets/${page}-*.js`, { cwd: web }).map((file) => basename(file)),
  )
  assert.ok(named.length > 0, `${entry} names no script`)
  assert.ok(chunks.length >= pages.length, `there is no script for one of ${pages.join()}`)
  const loaded = new Set<string>()
  for (const file of [...named, ...chunks]) followScripts(file, loaded)
  return loaded
}

for (const [what, entry, pages] of [
  ['signing in', 'index.html', ['sign-in']],
  ['the list of consumers', 'index.html', ['domain-frame-route', 'consumers']],
  ['the access log', 'index.html', ['domain-frame-route', 'access-log']],
  ['the operators’ pages', 'operator.html', ['operator-frame', 'domains']],
] as const)
  test(`the first load of ${what} is at most 300 KB of compressed script`, (t) => {
    const bytes = sizeOf(listFirstLoad(entry, [...pages]))
    t.diagnostic(`${what}: ${(bytes / 1024).toFixed(0)} KB`)
    assert.ok(bytes <= mostBytes, `${bytes} bytes`)
  })
