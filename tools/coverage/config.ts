import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

export type Config = { root: string; from: string | null; json: boolean; help: boolean }

export const usage = `Usage: npm run coverage:fields [-- --from FOLDER] [--json]

Runs the whole-stack tests, or reads what an earlier run recorded under FOLDER (the run had COMMONCHART_COVERAGE=FOLDER),
and tells which elements of the API schemas were seen to work. Fails when one is neither covered nor excused in
tools/coverage/excuses.json, when an excuse is not needed, or when that list grew.`

/** Reads the command line of the field coverage; throws TypeError on an option that it does not know. */
export function readConfig(parameters: string[]): Config {
  const { values } = parseArgs({
    args: parameters,
    options: { from: { type: 'string' }, json: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  })
  return {
    root: fileURLToPath(new URL('../..', import.meta.url)),
    from: values.from ?? null,
    json: values.json ?? false,
    help: values.help ?? false,
  }
}
