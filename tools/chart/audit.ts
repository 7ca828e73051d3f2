import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { verifyAuditLog, type VerifyOptions } from './audit-verify.ts'
import { proveAuditEvent } from './audit-proof.ts'
import { UsageError, type Io } from './io.ts'
import { readSettings } from './settings.ts'

const ofDomain = ['--domain <name>', "the domain whose log it is; without it, the platform's own"] as const

/** Adds `audit checkpoint`, `proof` and `verify`. */
export function addAuditCommands(program: Command, io: Io): void {
  const audit = program.command('audit').description('the audit log: keep checkpoints of it, and verify it')
  audit
    .command('checkpoint')
    .description('the newest signed checkpoint: keep it where nobody who has the database can reach it')
    .option(...ofDomain)
    .option('--out <file>', 'write it into a new file')
    .addHelpText('after', '\nExample:\n  $ chart audit checkpoint --domain north --out north.checkpoint')
    .action(async ({ domain, out }: { domain?: string; out?: string }, command: Command) => {
      const { askOperator, print } = readSettings(command, io)
      const { auditCheckpoint: checkpoint } = (await askOperator(
        'query ($domain: String) { auditCheckpoint(domain: $domain) { size text verifierKey createdAt } }',
        { domain },
      )) as { auditCheckpoint: { size: string; text: string; verifierKey: string } | null }
      if (!checkpoint) throw new UsageError('The log has no checkpoint yet.')
      if (!out) return print(checkpoint, checkpoint.text.trimEnd())
      writeNewFile(out, checkpoint.text)
      print(checkpoint, [
        `The checkpoint of ${checkpoint.size} leaves is in ${out}.`,
        `Keep its key with it: ${checkpoint.verifierKey}`,
      ])
    })
  audit
    .command('proof')
    .argument('<event>', 'the id of an event of the log')
    .description('prove that an event is in the log, and check the proof')
    .option(...ofDomain)
    .option(
      '--key <key>',
      "the log's verifier key, or a file that holds it; by default what the log itself says",
    )
    .addHelpText(
      'after',
      '\nExample:\n  $ chart audit proof 01890000-0000-7000-8000-000000000001 --domain north --json',
    )
    .action(async (event: string, options: { domain?: string; key?: string }, command: Command) => {
      await proveAuditEvent(event, options, readSettings(command, io))
    })
  audit
    .command('verify')
    .description('derive the whole log anew, compare it with its checkpoints, and name the first bad leaf')
    .option(...ofDomain)
    .option('--anchor <place...>', 'a checkpoint that was kept elsewhere, or a folder of them')
    .option('--export <file>', 'verify the export "audit-log" in this file, and ask nobody')
    .option(
      '--key <key...>',
      "the log's verifier keys, or files that hold them; by default what the log itself says",
    )
    .addHelpText(
      'after',
      `
Without --anchor it shows that the log agrees with itself and its signatures. Only an anchor shows that it is the log
that there was: a database that was put back to an earlier state agrees with itself.

Examples:
  $ chart audit verify --domain north --anchor north.checkpoint
  $ chart audit verify --export north.ndjson --anchor /var/witness/12 --key north.key`,
    )
    .action(async (options: VerifyOptions, command: Command) => {
      await verifyAuditLog(options, readSettings(command, io))
    })
}

function writeNewFile(file: string, text: string): void {
  try {
    writeFileSync(file, text, { flag: 'wx' })
  } catch (error) {
    throw new UsageError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  }
}
