import type { SequencedLeaf } from '@commonchart/audit'

/**
 * Reads all leaves of a log in their order from its export, which is one request: pages of the graph would each be a request, and
 * each request is a leaf more.
 */
export async function* readLeaves(url: string): AsyncGenerator<SequencedLeaf> {
  const response = await fetch(url)
  if (!response.ok || !response.body) throw new Error(`The log could not be read: HTTP ${response.status}.`)
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
  let rest = ''
  try {
    for (;;) {
      const { done, value } = await reader.read()
      const lines = (rest + (value ?? '')).split('\n')
      rest = done ? '' : (lines.pop() ?? '')
      for (const line of lines) if (line !== '') yield JSON.parse(line) as SequencedLeaf
      if (done) return
    }
  } finally {
    await reader.cancel()
  }
}
