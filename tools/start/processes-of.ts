import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** A process as the system lists it. */
export interface ListedProcess {
  pid: number
  parent: number
  command: string
}

/** Lists the children of a process, for tests that nothing is left running. */
export function listChildren(parent: number): ListedProcess[] {
  return listProcesses().filter((each) => each.parent === parent)
}

/** Lists the processes that a process started, that those started, and so on. */
export function listDescendants(ancestor: number): ListedProcess[] {
  const all = listProcesses()
  const below = (parent: number): ListedProcess[] =>
    all.filter((each) => each.parent === parent).flatMap((each) => [each, ...below(each.pid)])
  return below(ancestor)
}

function listProcesses(): ListedProcess[] {
  // Small images have /proc and no `ps`; a Mac has `ps` and no /proc.
  if (existsSync('/proc/self/stat')) return readdirSync('/proc').filter(isNumber).flatMap(readProcess)
  return execFileSync('ps', ['-A', '-o', 'pid=,ppid=,command='], { encoding: 'utf8' })
    .split('\n')
    .flatMap((line) => {
      const [, pid, parent, command] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? []
      return pid ? [{ pid: Number(pid), parent: Number(parent), command: command ?? '' }] : []
    })
}

function isNumber(name: string): boolean {
  return /^\d+$/.test(name)
}

function readProcess(pid: string): ListedProcess[] {
  try {
    // The name in parentheses may hold spaces; state and parent follow it.
    const [, parent] = /\) \S (\d+) /.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? []
    const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')
    return [{ pid: Number(pid), parent: Number(parent), command }]
  } catch {
    // It ended while the list was read.
    return []
  }
}
