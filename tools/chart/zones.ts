import type { Command } from 'commander'
import { PartlyRefused, type Io } from './io.ts'
import { readSettings } from './settings.ts'
import { formatTable } from './table.ts'
import { reresolveZones, type ReresolveOptions } from './zones-reresolve.ts'
import { checkZones, findAppointmentsDatabase } from './zones-check.ts'

/** Adds `zones check` and `reresolve`. */
export function addZonesCommands(program: Command, io: Io): void {
  const zones = program.command('zones').description('time zones: what each part takes the clocks to show')
  zones
    .command('check')
    .description('compare Node, PostgreSQL and the pinned zone data on known instants')
    .option(
      '--database <url>',
      'the database of appointments (APPOINTMENTS_DATABASE_URL, that of the last start)',
    )
    .addHelpText(
      'after',
      `
Times are reckoned by the pinned data alone. A part that disagrees is behind: keep it from telling times until it is
brought up to date. It ends with 1 when anything disagrees.

Example:
  $ chart zones check`,
    )
    .action(async ({ database }: { database?: string }, command: Command) => {
      const { home, print } = readSettings(command, io)
      const verdict = await checkZones(findAppointmentsDatabase(home, io, database))
      const rows = verdict.disagreements.map(({ part, zone, instant, expected, shown }) => [
        ...[part, zone, instant, expected, shown ?? 'unknown zone'],
      ])
      print(verdict, [
        `Pinned data ${verdict.pinned}, Node ${verdict.node}, PostgreSQL ${verdict.postgres}.`,
        ...(rows.length === 0
          ? [`All show the same at ${verdict.instants} known instants.`]
          : formatTable(['PART', 'ZONE', 'INSTANT', 'THE CLOCK SHOWS', 'IT SAYS'], rows)),
      ])
      if (rows.length > 0) throw new PartlyRefused('Not all show the same.')
    })
  zones
    .command('reresolve')
    .description('list, or move, what is to come and whose time a new release of the zone data has shifted')
    .requiredOption('--domain <name>', 'the domain whose times they are')
    .option('--host <host>', 'a host name of the domain; looked up with the operator key by default')
    .option(
      '--apply',
      'move them to the instants at which the clock shows the time that they were entered for',
    )
    .addHelpText(
      'after',
      `
Appointments, group visits with those who attend, drafts and time off keep instants; work hours do not. Each move is on the
audit log. What finds its new time taken is moved all the same, and said to be over capacity.

Examples:
  $ chart zones reresolve --domain north
  $ chart zones reresolve --domain north --apply`,
    )
    .action(async (options: ReresolveOptions, command: Command) => {
      await reresolveZones(options, readSettings(command, io))
    })
}
