import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import type { Excuses } from './excuses.ts'

const run = promisify(execFile)

/** The list of excuses as it was before; null when there is no earlier one. */
export async function readEarlierExcuses(root: string, path: string, now: string): Promise<Excuses | null> {
  const earlier = await readEarlierVersion(root, path, now)
  return earlier === null ? null : (JSON.parse(earlier) as Excuses)
}

/**
 * A list that may only shrink, as it was before: as committed, when it has been edited since, else as in the commit before the
 * one that last changed it, so that a commit that lets it grow fails too. Null when there is no earlier one.
 */
export async function readEarlierVersion(root: string, path: string, now: string): Promise<string | null> {
  const committed = await show(root, 'HEAD', path)
  if (committed === null) return null
  if (committed.trim() !== now.trim()) return committed
  const commits = (await git(root, ['log', '-2', '--format=%H', '--', path]))?.trim().split('\n') ?? []
  return commits[1] ? show(root, commits[1], path) : null
}

function show(root: string, commit: string, path: string): Promise<string | null> {
  return git(root, ['show', `${commit}:${path}`])
}

/** What git prints, or null where it refuses: no repository, no such file in that commit, a shallow clone. */
async function git(root: string, parameters: string[]): Promise<string | null> {
  const done = await run('git', parameters, { cwd: root, maxBuffer: 16 * 1024 * 1024 }).catch(() => null)
  return done?.stdout ?? null
}
