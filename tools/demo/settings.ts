import { demoId } from './clinic.ts'

/** Asks the settings graph of the domain that is to be filled; throws when it refuses. */
type Ask = (query: string, variables: Record<string, unknown>) => Promise<Record<string, unknown>>

/** The kinds of identification at the demo clinic: the health cards of two provinces. */
export const demoTemplates = [
  {
    key: 'health-card',
    name: 'Ontario health card',
    nameFr: 'Carte Santé de l’Ontario',
    healthCard: 'ONTARIO',
  },
  {
    key: 'health-card-bc',
    name: 'BC Services Card',
    nameFr: 'Carte de services de la C.-B.',
    healthCard: 'BRITISH_COLUMBIA',
  },
] as const

/** What the import of the kinds of identification is told. */
export const demoTemplateImports = demoTemplates.map(({ key, name }) => ({ externalId: demoId(key), name }))

export const demoTags = [
  { name: 'Diabetes', nameFr: 'Diabète', color: '#fd7e14' },
  { name: 'Smoker', nameFr: 'Fumeur', color: '#868e96' },
  { name: 'Needs interpreter', nameFr: 'Besoin d’interprète', color: '#4263eb' },
] as const

const uuid = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`

export const demoCategories = [
  { uuid: uuid(1), name: 'Lifestyle', nameFr: 'Mode de vie' },
  { uuid: uuid(2), name: 'Social situation', nameFr: 'Situation sociale' },
] as const

export const demoDataTemplates = [
  {
    ...{ uuid: uuid(11), categoryUuid: uuid(1), name: 'Smoking', nameFr: 'Tabagisme', module: 'FORM' },
    entities: [
      {
        ...{ uuid: uuid(111), kind: 'SINGLE_SELECTION', name: 'Status', nameFr: 'Statut', required: true },
        values: ['Never', 'Former', 'Current'],
      },
      {
        ...{ uuid: uuid(112), kind: 'NUMBER', name: 'Amount', nameFr: 'Quantité', minValue: 0, maxValue: 10 },
        ...{ singularFormat: '%{value} pack a day', pluralFormat: '%{value} packs a day' },
        ...{ singularFormatFr: '%{value} paquet par jour', pluralFormatFr: '%{value} paquets par jour' },
      },
      {
        ...{ uuid: uuid(113), kind: 'DATE', name: 'Quit in', nameFr: 'Arrêt en' },
        ...{ dateFormat: 'YEAR_MONTH', range: ['PAST'] },
      },
    ],
  },
  {
    ...{ uuid: uuid(12), categoryUuid: uuid(2), name: 'Housing', nameFr: 'Logement', module: 'ADDRESS' },
    entities: [
      {
        ...{ uuid: uuid(121), kind: 'MULTI_SELECTION', name: 'Lives with', nameFr: 'Vit avec' },
        values: ['Alone', 'Partner', 'Children', 'Parents', 'Others'],
      },
      { uuid: uuid(122), kind: 'TEXT', name: 'Notes', nameFr: 'Remarques', allowMultiLines: true },
    ],
  },
] as const

/**
 * Gives the demo clinic its tags, its further data and what is known of its health cards. `templateIds` are those of
 * `demoTemplates`. What is there already stays as it is, so that doing it again changes nothing.
 */
export async function seedDemoSettings(ask: Ask, templateIds: readonly string[]): Promise<void> {
  const there = (await ask(
    `query DemoSettings {
      identificationTemplates(includeDeactivated: true) { id healthCard }
      statusTags(includeDeactivated: true, first: 100) { nodes { name } }
      patientDataCategories(includeArchived: true, first: 100) { nodes { uuid } }
      ${demoDataTemplates.map(({ uuid: id, categoryUuid }, at) => `t${at}: patientDataTemplate(categoryUuid: "${categoryUuid}", uuid: "${id}") { uuid }`).join(' ')}
    }`,
    {},
  )) as {
    identificationTemplates: { id: string; healthCard: string | null }[]
    statusTags: { nodes: { name: string }[] }
    patientDataCategories: { nodes: { uuid: string }[] }
  } & Record<`t${number}`, unknown>
  const write = (mutation: string, input: object) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`
    return ask(`mutation SeedDemo($input: ${type}!) { ${mutation}(input: $input) { clientMutationId } }`, {
      input,
    })
  }
  for (const [at, { nameFr, healthCard }] of demoTemplates.entries()) {
    const found = there.identificationTemplates.find(({ id }) => id === templateIds[at])
    if (found && found.healthCard === null)
      await write('updateIdentificationTemplate', { id: found.id, nameFr, healthCard })
  }
  for (const tag of demoTags)
    if (!there.statusTags.nodes.some(({ name }) => name === tag.name)) await write('createStatusTag', tag)
  for (const category of demoCategories)
    if (!there.patientDataCategories.nodes.some((one) => one.uuid === category.uuid))
      await write('createPatientDataCategory', category)
  for (const [at, template] of demoDataTemplates.entries())
    if (!there[`t${at}`]) await write('createPatientDataTemplate', template)
}
