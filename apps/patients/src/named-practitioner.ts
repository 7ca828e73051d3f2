import { refusal, Violations } from '@commonchart/errors'
import { askOwner, checkText, searchKey, type Services } from '@commonchart/subgraph'
import type { Transaction } from 'kysely'
import type { PatientsChange } from './context.ts'
import { indexKey } from './index-key.ts'
import { keepReference, type ReferencePayload } from './references.ts'
import type { ProviderReferenceRow, Tables } from './tables.ts'

type Input = {
  primaryPractitionerId?: string | number | null
  primaryPractitionerEmail?: string | null
  primaryPractitionerName?: string | null
}

/**
 * Finds the provider whom an input names by e-mail address or by name rather than by id: in the reference table, or else
 * by asking its owner. An id says it all, so then the rest is passed over. Throws `NOT_FOUND` when nobody is meant, and
 * `VALIDATION_FAILED` with the rule `AMBIGUOUS` when more than one may be.
 */
export async function readNamedPractitioner(
  { trx, domainId }: PatientsChange,
  services: Services,
  input: Input,
): Promise<{ primaryPractitionerId?: number }> {
  const email = input.primaryPractitionerEmail ?? null
  const name = input.primaryPractitionerName ?? null
  if (input.primaryPractitionerId !== null && input.primaryPractitionerId !== undefined) return {}
  if (email === null && name === null) return {}
  const violations = new Violations()
  checkText(email, {}, violations, 'input.primaryPractitionerEmail')
  checkText(name, {}, violations, 'input.primaryPractitionerName')
  violations.throwIfAny()
  const path = email === null ? 'input.primaryPractitionerName' : 'input.primaryPractitionerEmail'
  const fits = (row: ProviderReferenceRow) =>
    (email === null || row.emailKey === indexKey(email)) && (name === null || row.nameKey === searchKey(name))
  let found = (await findProviders(trx, domainId, email, name)).filter(fits)
  if (found.length !== 1) {
    const question =
      email === null ? { type: 'provider_name', ids: [name ?? ''] } : { type: 'provider_email', ids: [email] }
    const answers = await askOwner<ReferencePayload>(services, 'appointments', { domainId, ...question })
    for (const answer of answers) await keepReference(trx, 'providerRef', domainId, answer)
    found = (await findProviders(trx, domainId, email, name)).filter(fits)
  }
  const active = found.filter(({ state }) => state === 'ACTIVE')
  const [chosen, ...others] = active.length > 0 ? active : found
  if (!chosen)
    throw refusal('NOT_FOUND', 'No provider of this domain is named so.', { path, type: 'provider' })
  if (others.length > 0) violations.add(path, 'AMBIGUOUS', 'More than one provider is named so.')
  violations.throwIfAny()
  return { primaryPractitionerId: chosen.id }
}

function findProviders(
  trx: Transaction<Tables>,
  domainId: number,
  email: string | null,
  name: string | null,
): Promise<ProviderReferenceRow[]> {
  const all = trx.selectFrom('providerRef').selectAll().where('domainId', '=', domainId)
  return email === null
    ? all.where('nameKey', '=', indexKey(name ?? '')).execute()
    : all.where('emailKey', '=', indexKey(email)).execute()
}
