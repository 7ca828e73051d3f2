import type { Violations } from '@commonchart/errors'
import { parseIntId } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import { findByExternalIds, keyOf, type ExternalId } from './external-ids.ts'
import { findLocations } from './locations.ts'
import { findProviders } from './providers.ts'
import { findServices, type ServiceRecord } from './services.ts'
import type { LocationRow, ProviderRow } from './tables.ts'

type Kind = 'location' | 'provider' | 'service'
interface Rows {
  location: LocationRow
  provider: ProviderRow
  service: ServiceRecord
}

/** One reference of an item: by our id, or by the external id. */
export interface ImportReference {
  id?: string | null
  externalId?: ExternalId | null
}

/** Finds what the items of an import refer to; made once for all of them. */
export interface ImportReferences {
  /** Gives the record, or adds a violation and gives undefined. */
  resolve<Of extends Kind>(
    kind: Of,
    reference: ImportReference,
    path: { id: string; externalId: string },
    violations: Violations,
  ): Rows[Of] | undefined
}

/** Reads every location, provider and service that some items refer to. */
export async function readImportReferences(
  { trx, domainId }: AppointmentsChange,
  references: Record<Kind, ImportReference[]>,
): Promise<ImportReferences> {
  const idsOf = async (kind: Kind) => {
    const external = references[kind].flatMap(({ id, externalId }) => (!id && externalId ? [externalId] : []))
    const byExternal = await findByExternalIds(trx, domainId, kind, external)
    const direct = references[kind].flatMap(({ id }) => (id ? (parseIntId(id) ?? []) : []))
    return { byExternal, all: [...new Set([...direct, ...[...byExternal.values()].map(Number)])] }
  }
  const [location, provider, service] = [
    await idsOf('location'),
    await idsOf('provider'),
    await idsOf('service'),
  ]
  const external = { location, provider, service }
  const rows: { [Of in Kind]: Map<string, Rows[Of]> } = {
    location: await findLocations(trx, domainId, location.all),
    provider: await findProviders(trx, domainId, provider.all),
    service: await findServices(trx, domainId, service.all),
  }
  return {
    resolve(kind, { id, externalId }, path, violations) {
      if (!id && !externalId) {
        violations.add(path.id, 'REQUIRED', 'This is named by its id or by its external id.')
        return undefined
      }
      const key = id
        ? String(parseIntId(id))
        : external[kind].byExternal.get(externalId ? keyOf(externalId) : '')
      const row = rows[kind].get(key ?? '')
      if (!row)
        violations.add(id ? path.id : path.externalId, 'NOT_FOUND', 'There is no such record in this domain.')
      return row
    },
  }
}
