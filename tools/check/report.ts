import { passes, type Report } from './check.ts'
import type { Concern } from './concerned.ts'
import type { JudgedChange, Verdict } from './judge.ts'

const order: Verdict[] = ['breaking', 'dangerous', 'accepted', 'unused', 'safe']

/** Writes a report for people: what fails first, every change with its coordinate and what it means. */
export function writeReport(report: Report): string {
  const { changes, faults } = report
  const lines = [
    ...faults.map(({ rule, coordinate, message }) => `fault      ${coordinate} (${rule}): ${message}`),
    ...order.flatMap((verdict) => changes.filter((each) => each.verdict === verdict).flatMap(writeChange)),
  ]
  if (changes.length === 0) lines.push('Nothing has changed for those who use what is published.')
  const breaking = changes.filter(({ verdict }) => verdict === 'breaking').length
  lines.push(
    passes(report)
      ? 'The schema may be published.'
      : `The schema may not be published: ${breaking} breaking, ${faults.length} at fault.`,
  )
  if (breaking > 0)
    lines.push(
      'A change that is meant to break: --accept COORDINATE --reason TEXT, and commit what it writes.',
    )
  return lines.join('\n')
}

function writeChange({ change, graphs, verdict, because, concerned }: JudgedChange): string[] {
  const where = graphs.includes('enterprise') ? '' : ` (${graphs.join(', ')})`
  const indent = ' '.repeat(11)
  return [
    `${verdict.padEnd(10)} ${change.coordinate}${where}: ${change.message}`,
    ...(concerned.length > 0 && verdict === 'breaking' ? [] : [`${indent}${because}`]),
    ...concerned.map((concern) => `${indent}${writeConcern(concern)}`),
  ]
}

/** Says whom a change concerns: "breaks consumer Portal of north, 431 requests, last on 2026-11-20". */
export function writeConcern({ use, isCertain, remark }: Concern): string {
  const { domain, consumer, requests, isAtLeast, lastUsedAt } = use
  const count = `${isAtLeast ? 'at least ' : ''}${requests} ${requests === 1 ? 'request' : 'requests'}`
  const last = `last on ${lastUsedAt.toISOString().slice(0, 10)}`
  const told = `${isCertain ? 'breaks' : 'may break'} consumer ${consumer.name} of ${domain}, ${count}, ${last}`
  return remark === null ? told : `${told} (${remark})`
}
