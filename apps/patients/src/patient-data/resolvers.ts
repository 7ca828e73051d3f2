import { localize, mutate, nameIn, requireSupport, type Resolvers } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { Context } from '../context.ts'
import type { Patient } from '../patient-columns.ts'
import {
  createCategory,
  findCategory,
  listCategories,
  updateCategory,
  type CategoriesArguments,
  type Category,
  type CategoryInput,
} from './categories.ts'
import { displayNumber, listEntitiesOf, typeOf, type Entity } from './entities.ts'
import {
  getItem,
  listItems,
  listValues,
  upsertItem,
  type Item,
  type ItemsArguments,
  type ItemValue,
  type UpsertItemInput,
} from './items.ts'
import {
  findDataTemplate,
  findTemplateOf,
  listTemplates,
  listTemplatesOf,
  type DataTemplate,
  type TemplatesArguments,
} from './templates.ts'
import type { Traits } from './tables.ts'
import { createDataTemplate, updateDataTemplate, type DataTemplateInput } from './write-templates.ts'

type Info = GraphQLResolveInfo

const named = {
  uuid: ({ id }: { id: string }) => id,
  name: (row: Category | DataTemplate | Entity, _: unknown, context: Context) => nameIn(context, row),
}

/** The fields of an entity that its kind alone has. */
function traits(...names: (keyof Traits)[]) {
  return Object.fromEntries(names.map((name) => [name, (entity: Entity) => entity.traits[name]]))
}

function localizedTraits(...names: ('singularFormat' | 'pluralFormat')[]) {
  return Object.fromEntries(
    names.map((name) => [
      name,
      ({ traits }: Entity, _: unknown, context: Context) =>
        localize(context, traits[name] ?? null, traits[`${name}Fr`]),
    ]),
  )
}

const value = {
  uuid: ({ entity }: ItemValue) => entity.id,
  name: ({ entity }: ItemValue, _: unknown, context: Context) => nameIn(context, entity),
}
const stored = ({ stored: content }: ItemValue) => content

export const patientDataQueries = {
  patientDataCategories: (_: unknown, args: CategoriesArguments, context: Context, info: Info) =>
    listCategories(context, args, info),
  patientDataCategory: (_: unknown, { uuid }: { uuid: string }, context: Context) =>
    findCategory(context, uuid),
  patientDataTemplates: (_: unknown, args: TemplatesArguments, context: Context, info: Info) =>
    listTemplates(context, args, info),
  patientDataTemplate: (_: unknown, args: { categoryUuid: string; uuid: string }, context: Context) =>
    findTemplateOf(context, args),
}

type Input<Fields> = { input: Fields }

export const patientDataMutations = {
  upsertPatientDataItem: async (
    _: unknown,
    { input }: Input<UpsertItemInput>,
    context: Context,
    info: Info,
  ) => {
    const { id } = await mutate(context, info, (change) => upsertItem(change, input))
    return { clientMutationId: input.clientMutationId, patientDataItem: await getItem(context, id) }
  },
  createPatientDataCategory: (_: unknown, { input }: Input<CategoryInput>, context: Context, info: Info) =>
    writeCategory(context, info, input, createCategory),
  updatePatientDataCategory: (_: unknown, { input }: Input<CategoryInput>, context: Context, info: Info) =>
    writeCategory(context, info, input, updateCategory),
  createPatientDataTemplate: (
    _: unknown,
    { input }: Input<DataTemplateInput>,
    context: Context,
    info: Info,
  ) => writeTemplate(context, info, input, createDataTemplate),
  updatePatientDataTemplate: (
    _: unknown,
    { input }: Input<DataTemplateInput>,
    context: Context,
    info: Info,
  ) => writeTemplate(context, info, input, updateDataTemplate),
}

async function writeCategory(
  context: Context,
  info: Info,
  input: CategoryInput,
  write: typeof createCategory,
) {
  requireSupport(context)
  const { id } = await mutate(context, info, (change) => write(change, input))
  return { clientMutationId: input.clientMutationId, patientDataCategory: await findCategory(context, id) }
}

async function writeTemplate(
  context: Context,
  info: Info,
  input: DataTemplateInput,
  write: typeof createDataTemplate,
) {
  requireSupport(context)
  const { id } = await mutate(context, info, (change) => write(change, input))
  return {
    clientMutationId: input.clientMutationId,
    patientDataTemplate: await findDataTemplate(context, id),
  }
}

export const patientDataItems = ({ id }: Patient, args: ItemsArguments, context: Context, info: Info) =>
  listItems(context, id, args, info)

export const patientDataTypes: Resolvers = {
  PatientDataCategory: {
    ...named,
    patientDataTemplates: ({ id }: Category, _: unknown, context: Context) => listTemplatesOf(context, id),
  },
  PatientDataTemplate: {
    ...named,
    entities: async ({ id }: DataTemplate, _: unknown, context: Context) =>
      (await listEntitiesOf(context, id)).filter((entity) => !entity.archived),
  },
  PatientDataEntityInterface: { __resolveType: (entity: Entity) => typeOf('PatientDataEntity', entity) },
  PatientDataEntityAny: { __resolveType: (entity: Entity) => typeOf('PatientDataEntity', entity) },
  PatientDataEntityDate: {
    ...named,
    ...traits('dateFormat', 'range', 'defaultValue', 'defaultValueOffset', 'setAsDateOfOccurred'),
  },
  PatientDataEntityMultiSelection: { ...named, ...traits('values') },
  PatientDataEntityNumber: {
    ...named,
    ...traits('minValue', 'maxValue', 'singularFormatFr', 'pluralFormatFr'),
    ...localizedTraits('singularFormat', 'pluralFormat'),
  },
  PatientDataEntitySingleSelection: { ...named, ...traits('values') },
  PatientDataEntityText: { ...named, ...traits('allowMultiLines') },
  PatientDataItem: {
    category: ({ categoryId }: Item, _: unknown, context: Context) => findCategory(context, categoryId),
    template: ({ templateId }: Item, _: unknown, context: Context) => findDataTemplate(context, templateId),
    values: (item: Item, _: unknown, context: Context) => listValues(context, item),
  },
  PatientDataValueAny: {
    __resolveType: ({ entity }: ItemValue) => typeOf('PatientDataValue', entity),
  },
  PatientDataValueDate: { ...value, value: stored },
  PatientDataValueMultiSelection: { ...value, values: stored },
  PatientDataValueNumber: {
    ...value,
    value: stored,
    displayValue: ({ entity, stored: content }: ItemValue, _: unknown, context: Context) =>
      typeof content === 'number' ? displayNumber(context, entity, content) : null,
  },
  PatientDataValueSingleSelection: { ...value, value: stored },
  PatientDataValueText: { ...value, value: stored },
}
