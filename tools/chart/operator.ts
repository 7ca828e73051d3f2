import type { Command } from 'commander'
import { makeHome } from '../environment/home.ts'
import { ensurePeopleKey } from '../environment/people-keys.ts'
import type { Io } from './io.ts'
import { readSettings } from './settings.ts'

/** Adds `operator init`. */
export function addOperatorCommands(program: Command, io: Io): void {
  const operator = program.command('operator').description('the key that operators of the platform sign with')
  operator
    .command('init')
    .description('make the operator key, and list its public half among those that the gateway trusts')
    .addHelpText(
      'after',
      `
The private key stays in the home folder, readable by you alone. A gateway elsewhere must be given the
public half: put it into the file that its PEOPLE_JWKS names.

Example:
  $ chart operator init`,
    )
    .action((_options: object, command: Command) => {
      const { home, print } = readSettings(command, io)
      makeHome(home)
      const created = ensurePeopleKey(home, 'operator')
      print({ created, privateKey: home.operatorKey, jwks: home.peopleJwks }, [
        created
          ? `Made the operator key ${home.operatorKey}.`
          : `The operator key ${home.operatorKey} is there.`,
        `Its public half is listed in ${home.peopleJwks}.`,
      ])
    })
}
