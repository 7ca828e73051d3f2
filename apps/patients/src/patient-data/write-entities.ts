import type { Violations } from '@commonchart/errors'
import { checkText, parseUuid } from '@commonchart/subgraph'
import type { PatientsChange } from '../context.ts'
import { checkNames, chooseUuid, refuseUuidInUse } from './categories.ts'
import type { Entity } from './entities.ts'
import type { EntityKind, Traits } from './tables.ts'

export interface EntityInput extends Traits {
  uuid?: string | null
  kind: EntityKind
  name: string
  nameFr?: string | null
  required?: boolean | null
  internalUseOnly?: boolean | null
}

/** An entity as it is to be stored. */
export type EntityValues = Pick<
  Entity,
  'id' | 'position' | 'kind' | 'name' | 'nameFr' | 'required' | 'internalUseOnly' | 'traits'
>

const traitsOfKind: Record<EntityKind, readonly (keyof Traits)[]> = {
  TEXT: ['allowMultiLines'],
  DATE: ['dateFormat', 'range', 'defaultValue', 'defaultValueOffset', 'setAsDateOfOccurred'],
  NUMBER: ['minValue', 'maxValue', 'singularFormat', 'pluralFormat', 'singularFormatFr', 'pluralFormatFr'],
  SINGLE_SELECTION: ['values'],
  MULTI_SELECTION: ['values'],
}
const allTraits = [...new Set(Object.values(traitsOfKind).flat())]
const mostEntities = 200
const mostChoices = 500

/** Reads the entities of a template, `current` being those that it has or had. Adds every rule broken to `violations`. */
export function readEntities(
  inputs: EntityInput[],
  current: readonly Entity[],
  violations: Violations,
): EntityValues[] {
  const path = 'input.entities'
  if (inputs.length > mostEntities)
    violations.add(path, 'TOO_MANY', `A template has at most ${mostEntities} entities.`)
  const seen = new Set<string>()
  return inputs.map((input, position) => {
    const place = `${path}.${position}`
    checkNames(input, true, violations, place)
    checkTraits(input, violations, place)
    const id = chooseUuid(input.uuid, `${place}.uuid`, violations)
    if (seen.has(id)) violations.add(`${place}.uuid`, 'UNIQUE', 'Another entity has this uuid.')
    seen.add(id)
    const before = current.find((entity) => entity.id === id)
    if (before && before.kind !== input.kind)
      violations.add(`${place}.kind`, 'KIND_FIXED', 'The kind of an entity cannot change.')
    const traits = Object.fromEntries(
      traitsOfKind[input.kind].flatMap((trait) =>
        (input[trait] ?? null) === null ? [] : [[trait, input[trait]]],
      ),
    ) as Traits
    if (input.kind === 'DATE') traits.dateFormat ??= 'YEAR_MONTH_DAY'
    const { kind, name, nameFr = null, required, internalUseOnly } = input
    return {
      ...{ id, position, kind, name, nameFr, traits },
      required: required ?? false,
      internalUseOnly: internalUseOnly ?? false,
    }
  })
}

function checkTraits(input: EntityInput, violations: Violations, path: string): void {
  const own = traitsOfKind[input.kind]
  for (const trait of allTraits)
    if ((input[trait] ?? null) !== null && !own.includes(trait))
      violations.add(`${path}.${trait}`, 'KIND', 'An entity of this kind has no such thing.')
  for (const trait of ['singularFormat', 'pluralFormat', 'singularFormatFr', 'pluralFormatFr'] as const)
    checkText(input[trait] ?? null, {}, violations, `${path}.${trait}`)
  if ((input.maxValue ?? Infinity) < (input.minValue ?? -Infinity))
    violations.add(`${path}.maxValue`, 'OUT_OF_RANGE', 'The largest number is not below the smallest.')
  if (own.includes('values')) checkChoices(input.values ?? [], violations, `${path}.values`)
}

function checkChoices(values: string[], violations: Violations, path: string): void {
  if (values.length === 0) violations.add(path, 'REQUIRED', 'A selection has at least one value.')
  if (values.length > mostChoices)
    violations.add(path, 'TOO_MANY', `A selection has at most ${mostChoices} values.`)
  values.forEach((value, at) => {
    checkText(value, { isRequired: true }, violations, `${path}.${at}`)
    if (values.indexOf(value) < at) violations.add(`${path}.${at}`, 'UNIQUE', 'Each value stands once.')
  })
}

/**
 * Stores the entities of a template. Those that are not among them are archived, and keep what is stored for them. Throws
 * `VALIDATION_FAILED` when another template has an entity of the same uuid.
 */
export async function storeEntities(
  { trx, domainId }: PatientsChange,
  templateId: string,
  entities: EntityValues[],
  current: readonly Entity[],
): Promise<void> {
  const kept = new Set(entities.map((entity) => entity.id))
  const dropped = current.filter((entity) => !entity.archived && !kept.has(entity.id))
  if (dropped.length > 0)
    await trx
      .updateTable('patientDataEntity')
      .set({ archived: true })
      .where('domainId', '=', domainId)
      .where(
        'id',
        'in',
        dropped.map((entity) => entity.id),
      )
      .execute()
  for (const [at, { traits, ...entity }] of entities.entries()) {
    const values = { ...entity, traits: JSON.stringify(traits), archived: false }
    const made = await trx
      .insertInto('patientDataEntity')
      .values({ domainId, templateId, ...values })
      .onConflict((conflict) =>
        conflict
          .columns(['domainId', 'id'])
          .doUpdateSet(values)
          .where('patientDataEntity.templateId', '=', templateId),
      )
      .returning('id')
      .executeTakeFirst()
    if (!made) refuseUuidInUse(`input.entities.${at}.uuid`)
  }
}

/** Finds an entity by the uuid as it was sent. */
export function findEntity(entities: readonly Entity[], uuid: string): Entity | undefined {
  const id = parseUuid(uuid)
  return entities.find((entity) => entity.id === id)
}
