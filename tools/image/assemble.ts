import { cpSync, globSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { listImportedPackages } from './imports.ts'
import { listRuntimeFolders, readLockfile } from './lockfile.ts'

const scope = '@commonchart/'

/** What goes into an image. */
export interface ImageContent {
  /** The workspace's own packages, by folder: the app and the libraries that it imports. */
  workspace: string[]
  /** Folders under node_modules. */
  packages: string[]
}

/** Follows an app's imports to the libraries and packages that it runs with. */
export function listImageContent(root: URL, app: string): ImageContent {
  const { workspace, imports } = followImports(root, app)
  return { workspace, packages: listRuntimeFolders(readLockfile(root), imports) }
}

/**
 * Makes the folder of an app's image: the app, the libraries and packages that it imports and nothing else. The
 * libraries stay links into `libs/`, because Node strips types there and never under a real node_modules path.
 */
export function assembleImage(root: URL, app: string, output: string): ImageContent {
  const content = listImageContent(root, app)
  for (const folder of content.workspace) {
    copyProject(root, folder, output)
    if (folder.startsWith('libs/')) linkLibrary(folder, output)
  }
  for (const folder of content.packages) copyPackage(root, folder, output)
  writeFileSync(join(output, 'package.json'), describeRoot(root, app))
  cpSync(new URL('LICENSE', root), join(output, 'LICENSE'))
  return content
}

function followImports(root: URL, app: string): { workspace: string[]; imports: Set<string> } {
  const workspace = [`apps/${app}`]
  const imports = new Set<string>()
  for (const folder of workspace) {
    const sources = globSync('src/**/*.ts', { cwd: new URL(`${folder}/`, root) }).filter(
      (file) => !isForTests(file) && !isForBrowsers(root, folder, file),
    )
    for (const file of sources)
      for (const name of listImportedPackages(readFileSync(new URL(`${folder}/${file}`, root), 'utf8')))
        if (!name.startsWith(scope)) imports.add(name)
        else if (!workspace.includes(libraryFolder(name))) workspace.push(libraryFolder(name))
  }
  return { workspace, imports }
}

function libraryFolder(name: string): string {
  return `libs/${name.slice(scope.length)}`
}

/** What a library gives to browsers alone, by the conditions of its package.json. */
function isForBrowsers(root: URL, folder: string, file: string): boolean {
  const { exports, imports } = JSON.parse(readFileSync(new URL(`${folder}/package.json`, root), 'utf8')) as {
    exports?: unknown
    imports?: unknown
  }
  return [exports, imports].some((each) => JSON.stringify(each ?? null).includes(`"browser":"./${file}"`))
}

/** What the console's pages are built from; the image carries what was built. */
function isBuilt(folder: string, file: string): boolean {
  return folder === 'apps/console' && /^(web|reference)(\/|$)/.test(file)
}

function isForTests(file: string): boolean {
  return (
    file.endsWith('.test.ts') ||
    file.split('/').some((part) => part.startsWith('test-') || part === 'fixtures')
  )
}

function copyProject(root: URL, folder: string, output: string): void {
  const source = fileURLToPath(new URL(`${folder}/`, root))
  cpSync(source, join(output, folder), {
    recursive: true,
    filter: (path) =>
      !/\bnode_modules\b|Dockerfile$/.test(relative(source, path)) &&
      !isForTests(relative(source, path)) &&
      !isBuilt(folder, relative(source, path)),
  })
}

function linkLibrary(folder: string, output: string): void {
  const link = join(output, 'node_modules', scope, basename(folder))
  mkdirSync(dirname(link), { recursive: true })
  symlinkSync(relative(dirname(link), join(output, folder)), link)
}

function copyPackage(root: URL, folder: string, output: string): void {
  const source = fileURLToPath(new URL(folder, root))
  // A package's own node_modules are packages of their own in the list; types and source maps are never loaded.
  cpSync(source, join(output, folder), {
    recursive: true,
    filter: (path) =>
      !relative(source, path).split('/').includes('node_modules') && !/\.(d\.[cm]?ts|map)$/.test(path),
  })
}

function describeRoot(root: URL, app: string): string {
  const { license, engines } = JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as Record<
    string,
    unknown
  >
  return `${JSON.stringify({ name: `commonchart-${app}`, private: true, type: 'module', license, engines }, null, 2)}\n`
}
