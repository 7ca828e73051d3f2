import { isBuiltin, stripTypeScriptTypes } from 'node:module'

const specifier = /\b(?:from|import)\s*\(?\s*(['"])([^'"\n]+)\1/g

/**
 * Names the packages that a TypeScript source imports when it runs: without types, Node's own modules, relative paths and
 * what a package names for itself (`#name`).
 */
export function listImportedPackages(source: string): string[] {
  const names = new Set<string>()
  for (const [, , path = ''] of stripTypeScriptTypes(source).matchAll(specifier)) {
    if (/^[.#]/.test(path) || isBuiltin(path)) continue
    names.add(
      path
        .split('/')
        .slice(0, path.startsWith('@') ? 2 : 1)
        .join('/'),
    )
  }
  return [...names]
}
