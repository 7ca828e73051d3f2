import { readFileSync, statSync } from 'node:fs'

/** What was asked for and is not there makes us look at the file at most this often, however many strangers ask. */
const missingPauseMs = 20

/** A file of keys whose content is looked at again as time passes. */
export interface WatchedFile<Content> {
  /** The content, re-read when the file has changed. */
  current(): Content
  /** Finds something in the content; when it is not there, in the file as it is now. */
  find<Found>(look: (content: Content) => Found | undefined): Found | undefined
}

export interface WatchOptions {
  onError?: (error: unknown) => void
  checkEveryMs?: number
}

/**
 * Opens a JSON file of keys that may be replaced while the process runs. It is looked at at most every `checkEveryMs`;
 * one that cannot be read or parsed keeps the content that was there and goes to `onError`.
 */
export function openWatchedFile<Content>(
  file: string,
  parse: (content: unknown) => Content,
  { onError = () => undefined, checkEveryMs = 1000 }: WatchOptions = {},
): WatchedFile<Content> {
  let seen = stampOf(file)
  let content = parse(readKeyFile(file))
  let checkedAt = Date.now()
  function refresh(): void {
    checkedAt = Date.now()
    try {
      const stamp = stampOf(file)
      if (stamp === seen) return
      content = parse(readKeyFile(file))
      seen = stamp
    } catch (error) {
      onError(error)
    }
  }
  function current(): Content {
    if (Date.now() - checkedAt >= checkEveryMs) refresh()
    return content
  }
  return {
    current,
    find(look) {
      const found = look(current())
      if (found !== undefined || Date.now() - checkedAt < missingPauseMs) return found
      refresh()
      return look(content)
    },
  }
}

/** Reads a JSON file of keys. Throws a sentence that names the file and, unlike the parser's, shows nothing of it. */
export function readKeyFile(file: string): unknown {
  const text = readFileSync(file, 'utf8')
  try {
    return JSON.parse(text)
  } catch {
    throw new Error(`the key file ${file} is not JSON`)
  }
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file)
  return `${mtimeMs} ${size} ${ino}`
}
