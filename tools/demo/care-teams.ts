import { demoRoles } from './address-book.ts'
import type { Ask } from './seed.ts'

/** How many patients of the demo clinic have a care team. */
export const demoTeamCount = 20

interface TeamMembers {
  patientIds: string[]
  providerIds: string[]
  contactIds: string[]
  /** By patient, the index of the provider they usually see. */
  usualProviders: number[]
}

/**
 * Gives the demo clinic its roles, and its first patients their care teams. Roles of the same name and teams that are
 * there already stay as they are, so that doing it again makes none twice. Gives how many roles there are.
 */
export async function seedDemoCareTeams(ask: Ask, members: TeamMembers): Promise<number> {
  const roles = await seedRoles(ask)
  const patientIds = members.patientIds.slice(0, demoTeamCount)
  const found = await ask(
    `query DemoCareTeams(${patientIds.map((_, at) => `$p${at}: ID!`).join(', ')}) {
      ${patientIds.map((_, at) => `p${at}: patient(id: $p${at}) { careTeamMembers { id } }`).join('\n')}
    }`,
    Object.fromEntries(patientIds.map((id, at) => [`p${at}`, id])),
  )
  const inputs = patientIds.flatMap((patientId, at) => {
    const patient = found[`p${at}`] as { careTeamMembers: unknown[] } | null
    return patient?.careTeamMembers.length === 0 ? teamOf(members, patientId, at, roles) : []
  })
  if (inputs.length > 0) await sendAll(ask, 'addCareTeamMember', 'AddCareTeamMemberInput!', inputs)
  return roles.length
}

async function seedRoles(ask: Ask): Promise<string[]> {
  const query = '{ careTeamRoles(first: 100, includeArchived: true) { nodes { uuid name } } }'
  const read = async () => {
    const { careTeamRoles } = await ask(query, {})
    const { nodes } = careTeamRoles as { nodes: { uuid: string; name: string }[] }
    return new Map(nodes.map(({ uuid, name }) => [name, uuid]))
  }
  const known = await read()
  const missing = demoRoles.filter(({ name }) => !known.has(name))
  if (missing.length > 0) await sendAll(ask, 'createCareTeamRole', 'CreateCareTeamRoleInput!', missing)
  const all = missing.length > 0 ? await read() : known
  return demoRoles.flatMap(({ name }) => all.get(name) ?? [])
}

/** The usual provider, and by turns a pharmacist or a specialist from outside. */
function teamOf(
  { providerIds, contactIds, usualProviders }: TeamMembers,
  patientId: string,
  at: number,
  [responsible, , pharmacist, specialist]: string[],
): object[] {
  const isPharmacist = at % 2 === 0
  const contact = contactIds[isPharmacist ? 5 + (at % 3) : 3 + (at % 2)]
  const roleUuid = isPharmacist ? pharmacist : specialist
  return [
    {
      ...{ patientId, memberType: 'PROVIDER_USER', roleUuid: responsible },
      memberId: providerIds[usualProviders[at] ?? 0],
    },
    { patientId, memberType: 'CONTACT', memberId: contact, roleUuid },
  ]
}

/** Sends one mutation for each input, all in one request. */
export async function sendAll(
  ask: Ask,
  mutation: string,
  type: string,
  inputs: readonly object[],
): Promise<void> {
  const names = inputs.map((_, at) => `i${at}`)
  await ask(
    `mutation SeedDemo(${names.map((name) => `$${name}: ${type}`).join(', ')}) {
      ${names.map((name) => `${name}: ${mutation}(input: $${name}) { clientMutationId }`).join('\n')}
    }`,
    Object.fromEntries(names.map((name, at) => [name, inputs[at]])),
  )
}
