import { readFileSync, statSync } from 'node:fs'

/** A file whose content is looked at again as time passes. */
export interface WatchedFile<Content> {
  /** The content, re-read when the file has changed. */
  current(): Content
  /** Looks at the file now, however short ago that was. */
  refresh(): void
  checkedAt(): number
}

/**
 * Opens a file that may be replaced while the process runs. It is looked at at most every `checkEveryMs`; one that
 * cannot be read or parsed keeps the content that was there and goes to `onError`.
 */
export function openWatchedFile<Content>(
  file: string,
  parse: (text: string) => Content,
  {
    onError = () => undefined,
    checkEveryMs = 1000,
  }: { onError?: (error: unknown) => void; checkEveryMs?: number } = {},
): WatchedFile<Content> {
  let seen = stampOf(file)
  let content = parse(readFileSync(file, 'utf8'))
  let checkedAt = Date.now()
  function refresh(): void {
    checkedAt = Date.now()
    try {
      const stamp = stampOf(file)
      if (stamp === seen) return
      content = parse(readFileSync(file, 'utf8'))
      seen = stamp
    } catch (error) {
      onError(error)
    }
  }
  return {
    current() {
      if (Date.now() - checkedAt >= checkEveryMs) refresh()
      return content
    },
    refresh,
    checkedAt: () => checkedAt,
  }
}

function stampOf(file: string): string {
  const { mtimeMs, size, ino } = statSync(file)
  return `${mtimeMs} ${size} ${ino}`
}
