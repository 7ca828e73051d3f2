import { detailOf } from '@commonchart/audit'
import { isRefusal, refusal, Violations } from '@commonchart/errors'
import { expectVersion, mutate, receiveDomain } from '@commonchart/subgraph'
import type { GraphQLResolveInfo } from 'graphql'
import type { ConsumersChange, Context } from './context.ts'
import { requireNotBegun, requireNotScheduled } from './domain-end.ts'
import { listHostsOf, replaceHosts } from './domain-hosts.ts'
import { readDomainReference } from './domain-reference.ts'
import { findDomainByName, getDomainByName, lockDomain, takeDomainId, type Domain } from './domains.ts'
import { readHosts } from './hosts.ts'
import { advanceRegistry } from './registry.ts'
import { readLine } from './single-line.ts'
import { readZone } from './zones.ts'

export interface CreateDomainInput {
  name: string
  hosts: string[]
  zone: string
  sandbox: boolean
}

export interface UpdateDomainInput {
  name: string
  hosts?: string[] | null
  zone?: string | null
  expectedVersion?: number | null
}

/** The services that are told of each change to a domain. */
export type Followers = readonly string[]

/**
 * Makes a domain, in service and with its API not enabled, and gives its id. Throws `DOMAIN_NAME_IN_USE` and
 * `HOST_IN_USE`.
 */
export async function createDomain(
  context: Context,
  info: GraphQLResolveInfo,
  input: CreateDomainInput,
  followers: Followers,
): Promise<number> {
  const violations = new Violations()
  const { name } = input
  if (!/^[a-z](-?[a-z0-9])*$/.test(name) || name.length > 63)
    violations.add('input.name', 'SLUG', 'Lower-case letters, digits and single hyphens, a letter first.')
  const hosts = readHosts(input.hosts, 'input.hosts', violations)
  const zone = readZone(input.zone, 'input.zone', violations)
  violations.throwIfAny()
  const create = async (domainId: number) => {
    const made = await mutate(
      context,
      info,
      async (change) => {
        const { trx, now } = change
        const inserted = await trx
          .insertInto('domain')
          .values({
            ...{ id: domainId, name, zone, sandbox: input.sandbox, enabled: false, contract: null },
            ...{ state: 'ACTIVE', version: 1, createdAt: now, updatedAt: now },
          })
          .onConflict((conflict) => conflict.doNothing())
          .returningAll()
          .executeTakeFirst()
        if (!inserted)
          throw refusal('DOMAIN_NAME_IN_USE', 'Another domain has this name.', { path: 'input.name' })
        await replaceHosts(trx, domainId, hosts)
        const fields = ['name', 'hosts', 'zone', 'sandbox']
        change.audit({ action: 'domain.created', record: recordOf(inserted), fields })
        await announce(change, inserted, followers)
        return { domainId }
      },
      { domainId },
    )
    return made.domainId
  }
  // Idempotency records belong to a domain, so a repeat must come to the domain that the first attempt made.
  const known = await findDomainByName(context.db, name)
  if (known) return create(known.id)
  try {
    return await create(await takeDomainId(context.db))
  } catch (error) {
    if (!isRefusal(error) || error.extensions.code !== 'DOMAIN_NAME_IN_USE') throw error
    return create((await getDomainByName(context.db, name, 'input.name')).id)
  }
}

/** Changes a domain's host names or zone. Throws `NOT_FOUND`, `CONFLICT` and `HOST_IN_USE`. */
export async function updateDomain(
  context: Context,
  info: GraphQLResolveInfo,
  input: UpdateDomainInput,
  followers: Followers,
): Promise<number> {
  const violations = new Violations()
  const hosts =
    input.hosts === undefined ? undefined : readHosts(input.hosts ?? [], 'input.hosts', violations)
  const zone = input.zone === undefined ? undefined : readZone(input.zone ?? '', 'input.zone', violations)
  violations.throwIfAny()
  return changeDomain(context, info, input, followers, async ({ trx }, domain) => {
    requireNotBegun(domain)
    const before = await listHostsOf(trx, domain.id)
    const fields: string[] = []
    const set = { zone: zone ?? domain.zone }
    if (zone !== undefined && zone !== domain.zone) fields.push('zone')
    if (hosts && hosts.join() !== before.join()) {
      await replaceHosts(trx, domain.id, hosts)
      fields.push('hosts')
    }
    return { action: 'domain.updated', set, fields, hosts: { before, after: hosts } }
  })
}

/** Enables the API on the strength of a contract, and brings a disabled domain back. Throws `NOT_FOUND`, `CONFLICT`. */
export function enableDomain(
  context: Context,
  info: GraphQLResolveInfo,
  input: { name: string; contract: string; expectedVersion?: number | null },
  followers: Followers,
): Promise<number> {
  const violations = new Violations()
  const contract = readLine(input.contract, 'input.contract', violations)
  violations.throwIfAny()
  return changeDomain(context, info, input, followers, (_, domain) => {
    requireNotScheduled(domain)
    return Promise.resolve({
      action: 'domain.enabled',
      set: { contract, enabled: true, state: 'ACTIVE' },
      fields: [
        ...(domain.enabled ? [] : ['enabled']),
        ...(domain.contract === contract ? [] : ['contract']),
        ...(domain.state === 'ACTIVE' ? [] : ['state']),
      ],
    })
  })
}

/** Takes a domain out of service; the contract stays on record. Throws `NOT_FOUND` and `CONFLICT`. */
export function disableDomain(
  context: Context,
  info: GraphQLResolveInfo,
  input: { name: string; expectedVersion?: number | null },
  followers: Followers,
): Promise<number> {
  return changeDomain(context, info, input, followers, (_, domain) =>
    Promise.resolve({
      action: 'domain.disabled',
      set: { enabled: false, state: 'DISABLED' },
      fields: [...(domain.enabled ? ['enabled'] : []), ...(domain.state === 'DISABLED' ? [] : ['state'])],
    }),
  )
}

interface DomainEdit {
  action:
    | 'domain.updated'
    | 'domain.enabled'
    | 'domain.disabled'
    | 'domain_deletion.scheduled'
    | 'domain_deletion.cancelled'
  set: Partial<Pick<Domain, 'zone' | 'contract' | 'enabled' | 'state' | 'deleteAt' | 'deleteRequestedBy'>>
  fields: string[]
  hosts?: { before: string[]; after: string[] | undefined }
}

/** Changes one domain under a row lock, or nothing when no field would change. */
export async function changeDomain(
  context: Context,
  info: GraphQLResolveInfo,
  input: { name: string; expectedVersion?: number | null },
  followers: Followers,
  edit: (change: ConsumersChange, domain: Domain) => Promise<DomainEdit>,
): Promise<number> {
  const { id: domainId } = await getDomainByName(context.db, input.name, 'input.name')
  await mutate(
    context,
    info,
    async (change) => {
      const domain = await lockDomain(change.trx, domainId)
      expectVersion(domain.version, input.expectedVersion)
      const { action, set, fields, hosts } = await edit(change, domain)
      if (fields.length === 0) return { domainId }
      const changed = await change.trx
        .updateTable('domain')
        .set({ ...set, version: domain.version + 1, updatedAt: change.now })
        .where('id', '=', domainId)
        .returningAll()
        .executeTakeFirstOrThrow()
      const detail = detailOf({ ...domain, hosts: hosts?.before }, { ...set, hosts: hosts?.after }, fields)
      change.audit({ action, record: recordOf(changed), fields, ...detail })
      await announce(change, changed, followers)
      return { domainId }
    },
    { domainId },
  )
  return domainId
}

/** Tells everybody who follows domains: this database's own reference, the gateways, and the other subgraphs. */
async function announce(change: ConsumersChange, domain: Domain, followers: Followers): Promise<void> {
  const { trx, domainId } = change
  const event = { type: 'domain.changed', payload: { ...(await readDomainReference(trx, domain)) } }
  await receiveDomain(trx, { id: '', domainId, ...event })
  change.send({ to: [...followers], ...event })
  await advanceRegistry(trx, domainId)
}

function recordOf(domain: Domain) {
  return { type: 'Domain' as const, id: String(domain.id), version: domain.version }
}
