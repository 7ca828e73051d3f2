import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** Lists the test files of a workspace that have a long form: those that call `chooseLength`. */
export function listSoakTests(root: string): string[] {
  return globSync('{apps,libs,tools}/**/*.test.ts', { cwd: root, exclude: ['**/node_modules'] })
    .filter((file) => readFileSync(join(root, file), 'utf8').includes('chooseLength({'))
    .sort()
}
