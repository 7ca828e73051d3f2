import { frenchRule } from '@commonchart/errors'
import { localize, parseId } from '@commonchart/subgraph'
import type { Context } from './context.ts'
import { findFaults, isChecked } from './identification-faults.ts'
import { findTemplate } from './identification-templates.ts'

/** The outcome of our own checks of a number. */
export interface Verification {
  id: string
  patientId: string
  status: 'VALID' | 'INVALID' | 'UNCHECKED'
  statusMessages: string[]
}

const ending = {
  VALID: [
    'Format and check digit are as its issuer publishes them; whether the card is valid was not asked.',
    'Le format et le chiffre de contrôle sont conformes ; la validité de la carte n’a pas été demandée.',
  ],
  INVALID: [
    'Only format and check digit were looked at; whether the card is valid was not asked.',
    'Seuls le format et le chiffre de contrôle ont été vérifiés ; la validité de la carte n’a pas été demandée.',
  ],
  UNCHECKED: [
    'Nothing is known by which a number of this kind could be checked.',
    'On ne sait rien qui permette de vérifier un numéro de ce type.',
  ],
} as const

/** Checks the number of an identification as it is stored; null when the domain has none of this id. */
export async function verifyIdentification(context: Context, id: string): Promise<Verification | null> {
  const wanted = parseId(id)
  if (wanted === null) return null
  const found = await context.read((trx) =>
    trx
      .selectFrom('identification')
      .selectAll()
      .where('domainId', '=', context.domainId)
      .where('id', '=', wanted)
      .executeTakeFirst(),
  )
  if (!found) return null
  const template = found.templateId === null ? null : await findTemplate(context, found.templateId)
  const customData = Object.entries(found.customData).map(([uuid, value]) => ({ uuid, value }))
  const faults = template ? findFaults(template, { ...found, identificationCustomData: customData }) : []
  const status = faults.length > 0 ? 'INVALID' : template && isChecked(template) ? 'VALID' : 'UNCHECKED'
  const statusMessages = faults.map(
    ({ rule, message }) => localize(context, message, frenchRule(rule)) ?? message,
  )
  const [english, french] = ending[status]
  return {
    id: found.id,
    patientId: found.patientId,
    status,
    statusMessages: [...new Set(statusMessages), localize(context, english, french) ?? english],
  }
}
