import { Command, CommanderError } from 'commander'
import { Refused, Unreachable } from '../environment/graph.ts'
import { ImportError } from '../fhir/folder.ts'
import { addAuditCommands } from './audit.ts'
import { addConsumerCommands } from './consumer.ts'
import { addDomainCommands } from './domain.ts'
import { addEventCommands } from './events.ts'
import { addImportCommands } from './import-fhir.ts'
import { exitCodes, PartlyRefused, UsageError, type Io } from './io.ts'
import { addKeysCommands } from './keys.ts'
import { addOperatorCommands } from './operator.ts'
import { addQueryCommand } from './query.ts'
import { addTokenCommands } from './token.ts'
import { addUsageCommands } from './usage.ts'
import { addZonesCommands } from './zones.ts'

/** Runs one command line of `chart` and gives its exit code: 0 done, 1 refused, 2 wrongly used, 3 unreachable. */
export async function runChart(args: string[], io: Io): Promise<number> {
  const program = createProgram(io)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCodes.done
  } catch (error) {
    return explain(error, args.includes('--json'), io)
  }
}

/** Creates the command line with all of its commands. */
export function createProgram(io: Io): Command {
  const program = new Command('chart')
    .description('Commonchart from the command line: domains, programs, keys, tokens, queries, imports.')
    .option('--home <folder>', 'where keys and addresses are kept (COMMONCHART_HOME, .commonchart)')
    .option('--gateway <url>', 'the gateway (COMMONCHART_GATEWAY, that of the last start)')
    .option('--operator-url <url>', "the operator's graph (COMMONCHART_OPERATOR_URL, that of the last start)")
    .option('--json', 'print JSON, for programs')
    .configureHelp({ showGlobalOptions: true })
    .configureOutput({ writeOut: (text) => io.out.write(text), writeErr: (text) => io.err.write(text) })
    .exitOverride()
    .addHelpText(
      'after',
      `
Exit codes: 0 done, 1 refused, 2 wrongly used, 3 nobody answers.
In this workspace: npm run chart -- COMMAND …

Examples:
  $ chart domain create north --host north.example.org --zone America/Vancouver
  $ chart domain enable north --contract C-2026-014
  $ chart consumer create "Patient portal" --domain north --public-key portal.pem.pub
  $ chart query '{ patients(first: 3) { nodes { id lastName } } }'`,
    )
  addOperatorCommands(program, io)
  addDomainCommands(program, io)
  addConsumerCommands(program, io)
  addEventCommands(program, io)
  addKeysCommands(program, io)
  addTokenCommands(program, io)
  addQueryCommand(program, io)
  addImportCommands(program, io)
  addAuditCommands(program, io)
  addUsageCommands(program, io)
  addZonesCommands(program, io)
  return program
}

function explain(error: unknown, json: boolean, io: Io): number {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence; help and version are not errors.
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage
  }
  if (error instanceof PartlyRefused) return exitCodes.refused
  const [code, facts] = classify(error)
  const { message } = error as Error
  io.err.write(json ? `${JSON.stringify({ error: message, ...facts })}\n` : `${message}\n`)
  return code
}

function classify(error: unknown): [number, object] {
  if (error instanceof Refused) return [exitCodes.refused, { errors: error.errors }]
  if (error instanceof Unreachable) return [exitCodes.unreachable, {}]
  if (error instanceof UsageError || error instanceof ImportError) return [exitCodes.usage, {}]
  throw error
}
