import { execFile, execFileSync } from 'node:child_process'
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../../', import.meta.url))
const scope = '@commonchart'

/** A copy of this workspace in a folder of its own, where tests may change everything. */
export interface TestWorkspace {
  folder: string
  /** Runs a program of node with the copy as its folder; gives what it printed and its exit code. */
  run(args: string[], environment?: Record<string, string>): Promise<{ code: number; output: string }>
  /** Runs `git` there. */
  git(...args: string[]): string
  /** Links the workspace's own packages anew, as `npm install` would when there is one more. */
  link(): void
  remove(): void
}

/** Copies what git knows of this workspace, as it stands, and links the installed packages. Must be removed. */
export function copyWorkspace(): TestWorkspace {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-workspace-'))
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
  const files = execFileSync('git', list, { cwd: root, encoding: 'utf8' }).split('\0')
  for (const file of files.filter((each) => each !== '' && existsSync(join(root, each)))) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    cpSync(join(root, file), join(folder, file))
  }
  linkPackages(folder)
  const workspace: TestWorkspace = {
    folder,
    run: (args, environment = {}) =>
      new Promise((settle) => {
        const { NODE_TEST_CONTEXT: _, ...inherited } = process.env
        execFile(
          process.execPath,
          args,
          {
            cwd: folder,
            env: { ...inherited, NX_DAEMON: 'false', NO_COLOR: '1', ...environment },
            maxBuffer: 2 ** 26,
          },
          (error, stdout, stderr) =>
            settle({ code: error ? Number(error.code ?? 1) : 0, output: stdout + stderr }),
        )
      }),
    git: (...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }),
    link: () => linkOwnPackages(folder),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
  return workspace
}

/** The packages of npm are those of the workspace that is copied; its own are those of the copy. */
function linkPackages(folder: string): void {
  const from = join(root, 'node_modules')
  const to = join(folder, 'node_modules')
  mkdirSync(to)
  for (const name of readdirSync(from))
    if (name !== scope && name !== '.cache') symlinkSync(join(from, name), join(to, name))
  linkOwnPackages(folder)
}

function linkOwnPackages(folder: string): void {
  const own = join(folder, 'node_modules', scope)
  rmSync(own, { recursive: true, force: true })
  mkdirSync(own)
  for (const kind of ['apps', 'libs'])
    for (const name of readdirSync(join(folder, kind)))
      if (lstatSync(join(folder, kind, name)).isDirectory())
        symlinkSync(join('..', '..', kind, name), join(own, name))
  symlinkSync(join('..', '..', 'tools'), join(own, 'tools'))
}
