import { localize } from '@commonchart/subgraph'
import type { Selectable, Transaction } from 'kysely'
import type { Context } from '../context.ts'
import type { Tables } from '../tables.ts'
import type { EntityKind, PatientDataEntityRow } from './tables.ts'

export type Entity = Selectable<PatientDataEntityRow>

const typeOfKind: Record<EntityKind, string> = {
  DATE: 'Date',
  MULTI_SELECTION: 'MultiSelection',
  NUMBER: 'Number',
  SINGLE_SELECTION: 'SingleSelection',
  TEXT: 'Text',
}

/** The GraphQL type of an entity, or of a value of it. */
export function typeOf(prefix: 'PatientDataEntity' | 'PatientDataValue', { kind }: Entity): string {
  return `${prefix}${typeOfKind[kind]}`
}

/** The entities of templates, those that were taken off included, in order. */
export async function listEntities(
  trx: Transaction<Tables>,
  domainId: number,
  templateIds: readonly string[],
): Promise<Entity[]> {
  return trx
    .selectFrom('patientDataEntity')
    .selectAll()
    .where('domainId', '=', domainId)
    .where('templateId', 'in', [...templateIds])
    .orderBy('position')
    .orderBy('id')
    .execute()
}

/** The entities of a template, those that were taken off included; those of several templates are read at once. */
export async function listEntitiesOf(context: Context, templateId: string): Promise<Entity[]> {
  const found = await context
    .loader<Entity[]>('entities of templates', (ids) =>
      context.read(async (trx) =>
        Map.groupBy(await listEntities(trx, context.domainId, ids), (entity) => entity.templateId),
      ),
    )
    .load(templateId)
  return found ?? []
}

/**
 * Shows a number in the reader's language: the format of one or of many, in which `%{value}` stands for the number, or
 * else after it. French counts less than two as one.
 */
export function displayNumber(reader: Pick<Context, 'language'>, { traits }: Entity, value: number): string {
  const locale = reader.language === 'fr' ? 'fr-CA' : 'en-CA'
  const shown = new Intl.NumberFormat(locale, { maximumFractionDigits: 20, useGrouping: false }).format(value)
  const isOne = new Intl.PluralRules(locale).select(Math.abs(value)) === 'one'
  const { singularFormat, singularFormatFr, pluralFormat, pluralFormatFr } = traits
  const one = localize(reader, singularFormat ?? null, singularFormatFr)
  const many = localize(reader, pluralFormat ?? null, pluralFormatFr)
  const format = isOne ? (one ?? many) : (many ?? one)
  if (!format) return shown
  return format.includes('%{value}') ? format.replaceAll('%{value}', shown) : `${shown} ${format}`
}
