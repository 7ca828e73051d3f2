import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs'

/**
 * Writes a file that only its owner can read, whole or not at all: a program that is killed meanwhile leaves no half of a
 * key behind.
 */
export function writePrivateFile(file: string, text: string): void {
  writeWhole(file, text, 0o600)
}

/** Writes a file of public keys or facts, whole or not at all. */
export function writePublicFile(file: string, text: string): void {
  writeWhole(file, text, 0o644)
}

function writeWhole(file: string, text: string, mode: number): void {
  const partial = `${file}.${process.pid}.partial`
  writeFileSync(partial, text, { mode })
  renameSync(partial, file)
}

/** Reads a JSON file; gives undefined when there is none. Throws a sentence when it is not JSON. */
export function findJson<Content>(file: string): Content | undefined {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Content
  } catch (error) {
    throw new Error(`${file} is not JSON: restore it, or remove it to have it made anew.`, { cause: error })
  }
}
