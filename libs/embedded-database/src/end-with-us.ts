import { spawn } from 'node:child_process'
import { platform } from 'node:os'

/**
 * Sees to it that a server ends when this process does, however it does: a shell waits at the end of a pipe that the
 * system closes even for a process that was killed with SIGKILL. Gives the function that calls the shell off.
 */
export function endWithUs(pid: number): () => void {
  if (platform() === 'win32') return () => undefined
  const shell = spawn('/bin/sh', ['-c', 'cat > /dev/null; kill -INT "$1" 2> /dev/null', 'sh', String(pid)], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  })
  // Without a shell the server is left to the next start, which ends it.
  shell.on('error', () => undefined)
  shell.stdin.on('error', () => undefined)
  shell.unref()
  ;(shell.stdin as unknown as { unref?: () => void }).unref?.()
  return () => {
    shell.kill('SIGKILL')
    shell.stdin.destroy()
  }
}
