import { nameIn } from '@commonchart/subgraph'
import type { Context } from './context.ts'
import { findTemplate, type Template } from './identification-templates.ts'
import type { Identification } from './identifications.ts'
import type { CustomDataDefinition } from './tables.ts'

/** Who answers the fields of identifications and their templates that are no columns. */
export const identificationResolvers = {
  Identification: {
    template: ({ templateId }: Identification, _: unknown, context: Context) =>
      templateId === null ? null : findTemplate(context, templateId),
    identificationCustomData: async (
      { templateId, customData }: Identification,
      _: unknown,
      context: Context,
    ) => {
      const template = templateId === null ? null : await findTemplate(context, templateId)
      const names = new Map(template?.customData.map((each) => [each.uuid, customDataName(context, each)]))
      return Object.entries(customData).map(([uuid, value]) => ({
        uuid,
        value,
        name: names.get(uuid) ?? null,
      }))
    },
  },
  IdentificationTemplate: {
    name: (template: Template, _: unknown, context: Context) => nameIn(context, template),
    identificationCustomData: ({ customData }: Template) => customData,
  },
  IdentificationTemplateCustomData: {
    name: (definition: CustomDataDefinition, _: unknown, context: Context) =>
      customDataName(context, definition),
  },
}

function customDataName(context: Context, { name, nameFr = null }: CustomDataDefinition): string {
  return nameIn(context, { name, nameFr })
}
