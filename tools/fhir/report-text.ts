import type { Report, TypeReport } from './report.ts'

/** The report as lines for a terminal: a table of what went in, then why some did not, then what was left out. */
export function formatReport(report: Report): string {
  const imported = report.types.filter((type) => type.handling === 'imported')
  const others = report.types.filter((type) => type.handling !== 'imported')
  return [
    `Imported ${report.folder} in ${(report.durationMs / 1000).toFixed(1)} s (ids remembered as of ${report.source})`,
    '',
    ...table(imported),
    ...others.map(sentence),
    ...report.types.flatMap(refusals),
    ...report.types.flatMap(omissions),
    ...(report.otherFiles.length > 0 ? ['', `Not bulk data, not read: ${report.otherFiles.join(', ')}`] : []),
    ...(report.stopped ? ['', `STOPPED EARLY: ${report.stopped}`] : []),
  ].join('\n')
}

const headings = ['', 'read', 'created', 'unchanged', 'updated', 'refused']

function table(types: TypeReport[]): string[] {
  const rows = types.map((type) => [
    type.type,
    ...[type.read, type.created, type.unchanged, type.updated, type.refused].map(String),
  ])
  const widths = headings.map((_, column) =>
    Math.max(...[headings, ...rows].map((row) => row[column]?.length ?? 0)),
  )
  const line = (row: string[]): string =>
    row
      .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
      .join('  ')
  return types.length === 0 ? [] : [headings, ...rows].map(line)
}

function sentence(type: TypeReport): string {
  if (type.handling === 'counted') return `${type.type}: ${type.read} read and counted, not imported`
  return `${type.type}: ${type.read} read and joined to the records they are about, ${type.refused} refused`
}

function refusals(type: TypeReport): string[] {
  if (type.refused === 0) return []
  return [
    '',
    `${type.type}, refused:`,
    ...type.reasons.map(({ reason, count, examples }) => {
      const places = examples.map(({ file, line }) => `${file}:${line}`).join(', ')
      return `  ${count} × ${reason} (${places}${count > examples.length ? ', …' : ''})`
    }),
  ]
}

function omissions(type: TypeReport): string[] {
  if (type.leftOut.length === 0) return []
  return [
    '',
    `${type.type}, elements not imported (resources that have them):`,
    ...type.leftOut.map(({ element, count }) => `  ${element} (${count})`),
  ]
}
