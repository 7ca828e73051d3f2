import { sendAll } from './care-teams.ts'
import type { Ask } from './seed.ts'

/** The tags that appointments of the demo clinic bear. */
export const demoAppointmentTags = [
  { name: 'Interpreter needed', shortName: 'INT', color: '#7048e8' },
  { name: 'First visit', shortName: '1ST', color: '#12b886' },
  { name: 'Bring test results', shortName: 'LAB', color: '#fab005' },
] as const

const french = (value: string) => [{ locale: 'FRENCH', value }] as const

/** What patients of the demo clinic come for. `reason` begins the reasons of appointments that are for it. */
export const demoPresentingIssues = [
  {
    ...{ reason: 'Cough', name: 'Cough or cold', localizedName: french('Toux ou rhume'), color: '#4dabf7' },
    ...{ searchablePhrase: 'flu fever runny nose', prepNote: 'Please wear a mask.', icon: 'lungs' },
  },
  {
    ...{ reason: 'Back', name: 'Back pain', localizedName: french('Mal de dos'), color: '#ffa94d' },
    ...{ searchablePhrase: 'lumbago sciatica', prepNote: 'Wear loose clothes.', icon: 'spine' },
  },
  {
    ...{ reason: 'Skin', name: 'Skin problem', localizedName: french('Problème de peau'), color: '#ff8787' },
    ...{ searchablePhrase: 'rash itch eczema', prepNote: 'Use no cream on that day.', icon: 'skin' },
  },
] as const

/** So many of the next appointments are looked at. */
const looked = 60

/**
 * Gives the demo clinic its tags and presenting issues, and puts them on some of its next appointments. What is there
 * already, and appointments that have a tag or an issue, stay as they are. Throws when the graph refuses.
 */
export async function seedDemoCatalogue(ask: Ask, serviceIds: readonly string[]): Promise<void> {
  const known = await readCatalogue(ask)
  const missing = demoAppointmentTags.filter(({ name }) => !known.tags.has(name))
  if (missing.length > 0) await sendAll(ask, 'createAppointmentTag', 'CreateAppointmentTagInput!', missing)
  const issues = demoPresentingIssues
    .filter(({ name }) => !known.issues.has(name))
    .map(({ reason: _, ...issue }) => ({ ...issue, serviceIds: serviceIds.slice(0, 2) }))
  if (issues.length > 0) await sendAll(ask, 'createPresentingIssue', 'CreatePresentingIssueInput!', issues)
  const { tags, issues: all } = await readCatalogue(ask)
  const inputs = (await readNext(ask)).flatMap(({ id, reason }) => {
    const issue = demoPresentingIssues.find((each) => reason?.startsWith(each.reason))
    const tag = tags.get(demoAppointmentTags[Number(id) % 12]?.name ?? '')
    if (!issue && !tag) return []
    return [{ id, tagIds: tag ? [tag] : [], presentingIssueId: issue ? all.get(issue.name) : null }]
  })
  if (inputs.length > 0) await sendAll(ask, 'updateAppointment', 'UpdateAppointmentInput!', inputs)
}

interface Named {
  id: string
  name: string
}

/** The ids of the tags and issues of the domain, by name. */
async function readCatalogue(ask: Ask): Promise<{ tags: Map<string, string>; issues: Map<string, string> }> {
  const { appointmentTags, presentingIssues } = (await ask(
    `query DemoCatalogue {
      appointmentTags(includeDeactivated: true) { id name }
      presentingIssues(includeDeactivated: true, first: 100) { nodes { id name } }
    }`,
    {},
  )) as { appointmentTags: Named[]; presentingIssues: { nodes: Named[] } }
  const byName = (records: Named[]) => new Map(records.map(({ id, name }) => [name, id]))
  return { tags: byName(appointmentTags), issues: byName(presentingIssues.nodes) }
}

/** The next appointments that have neither a tag nor an issue. */
async function readNext(ask: Ask): Promise<{ id: string; reason: string | null }[]> {
  const { upcomingAppointments } = (await ask(
    `query DemoNext { upcomingAppointments(first: ${looked}) { nodes { id reason tags { id } presentingIssue { id } } } }`,
    {},
  )) as {
    upcomingAppointments: {
      nodes: { id: string; reason: string | null; tags: unknown[]; presentingIssue: unknown }[]
    }
  }
  return upcomingAppointments.nodes.filter((each) => each.tags.length === 0 && !each.presentingIssue)
}
