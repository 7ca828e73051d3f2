import type { Command } from 'commander'
import type { Io } from './io.ts'
import { makeKeyFiles } from './key-file.ts'
import { readSettings } from './settings.ts'

/** Adds `keys generate`. */
export function addKeysCommands(program: Command, io: Io): void {
  const keys = program.command('keys').description('the RSA keys that programs sign their tokens with')
  keys
    .command('generate')
    .argument('<file>', 'where the private key goes; the public one goes beside it, with .pub at its end')
    .description('make a key pair')
    .option('--bits <number>', 'the length of the key', '2048')
    .option('--print', 'print the private key too')
    .option('--force', 'replace a key that is there')
    .addHelpText('after', '\nExample:\n  $ chart keys generate portal.pem')
    .action(
      async (file: string, options: { bits: string; print?: boolean; force?: boolean }, command: Command) => {
        const { print } = readSettings(command, io)
        const made = await makeKeyFiles(file, { bits: Number(options.bits), replace: options.force })
        const { privatePem, ...shown } = made
        print(options.print ? made : shown, [
          `The private key is in ${made.privateKeyFile}, readable by you alone.`,
          `The public key, for "chart consumer create --public-key", is in ${made.publicKeyFile}.`,
          ...(options.print ? [privatePem] : []),
        ])
      },
    )
}
