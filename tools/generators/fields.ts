import { Refused } from './refused.ts'
import { wordsOfCode, wordsOfSql } from './taken-words.ts'

/** A field of an entity, as the graph, the table and the code have it. */
export interface Field {
  name: string
  column: string
  isRequired: boolean
  /** Its type in the graph, without the exclamation mark. */
  graph: string
  /** Its type in the table. */
  sql: string
  /** Its type in a row, and in an input. */
  row: string
  /** What the graph says of it until somebody says it better. */
  description: string
  /** Two values that differ, as JSON, for tests. */
  samples: [string, string]
  /** A value as SQL writes it. */
  sqlSample: string
}

interface Kind extends Pick<Field, 'graph' | 'sql' | 'row'> {
  says: string
  samples: [string, string]
}

const kinds: Record<string, Kind> = {
  String: {
    ...{ graph: 'String', sql: 'text', row: 'string' },
    says: 'As it was entered: at most 1000 characters',
    samples: ['first', 'second'].map((text) => JSON.stringify(text)) as [string, string],
  },
  Int: { graph: 'Int', sql: 'integer', row: 'number', says: 'A whole number', samples: ['1', '2'] },
  Float: {
    graph: 'Float',
    sql: 'double precision',
    row: 'number',
    says: 'A number',
    samples: ['1.5', '2.5'],
  },
  Boolean: {
    ...{ graph: 'Boolean', sql: 'boolean', row: 'boolean', says: 'Whether somebody said that it is so' },
    samples: ['true', 'false'],
  },
  Date: {
    ...{ graph: 'ISO8601Date', sql: 'date', row: 'string', says: 'A day of the calendar, `YYYY-MM-DD`' },
    samples: ['"2030-01-02"', '"2031-02-03"'],
  },
  DateTime: {
    ...{ graph: 'ISO8601DateTime', sql: 'timestamptz(3)', row: 'Date', says: 'An instant with its offset' },
    samples: ['"2030-01-02T10:00:00.000Z"', '"2031-02-03T11:30:00.000Z"'],
  },
}

/** What every entity has already, and what inputs say of themselves. */
const reserved = new Set([
  ...['id', 'version', 'createdAt', 'updatedAt', 'domainId', 'patient', 'patientId'],
  ...['clientMutationId', 'expectedVersion', 'domain', 'typename'],
])
/** Reads `title:String!,dueOn:Date`. Throws `Refused` that names everything that is wrong. */
export function readFields(text: string): Field[] {
  const faults: string[] = []
  const names = new Set<string>()
  const fields = text.split(',').map((part) => {
    const [, name = '', type = '', mark = ''] = /^\s*(\w*)\s*:\s*(\w*)(!?)\s*$/.exec(part) ?? []
    const kind = Object.hasOwn(kinds, type) ? kinds[type] : undefined
    if (!name) faults.push(`"${part.trim()}" is not name:Type`)
    else if (!/^[a-z][A-Za-z0-9]{0,40}$/.test(name))
      faults.push(`${name} is not the name of a field: small letter first`)
    else if (reserved.has(name)) faults.push(`${name} is there in every entity, or belongs to inputs`)
    else if (wordsOfSql.has(name.toLowerCase())) faults.push(`${name} is a word of SQL`)
    else if (wordsOfCode.has(name)) faults.push(`${name} is a word of the code`)
    else if (names.has(name)) faults.push(`${name} is there twice`)
    if (name && !kind)
      faults.push(`${name} has the type ${type || 'nothing'}, not one of ${Object.keys(kinds).join(', ')}`)
    names.add(name)
    return kind ? createField(name, kind, mark === '!') : null
  })
  if (faults.length > 0) throw new Refused(`The fields cannot be made: ${faults.join('; ')}.`)
  return fields.filter((field) => field !== null)
}

function createField(name: string, { says, ...kind }: Kind, isRequired: boolean): Field {
  return {
    ...kind,
    name,
    isRequired,
    sqlSample: kind.samples[0].replaceAll('"', "'"),
    column: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    description: `${says}${isRequired ? '' : '; null when nothing was said'}. (ours)`,
  }
}
