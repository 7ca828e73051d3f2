import { Violations } from '@commonchart/errors'
import { findSetting, writeSetting } from '@commonchart/subgraph'
import type { AppointmentsChange } from './context.ts'
import { readRequired } from './input-text.ts'

/** The rules of appointments that a domain may switch, each a setting of that name. */
export interface AppointmentRules {
  statusTransitions: 'ANY' | 'TABLE'
  patientOverlap: 'WARN' | 'REFUSE'
}

const unset: AppointmentRules = { statusTransitions: 'ANY', patientOverlap: 'WARN' }
const names = ['statusTransitions', 'patientOverlap'] as const

/** Finds how a domain has set its rules of appointments. */
export async function findAppointmentRules({
  trx,
  domainId,
}: Pick<AppointmentsChange, 'trx' | 'domainId'>): Promise<AppointmentRules> {
  const rules: Record<string, string> = { ...unset }
  for (const name of names) rules[name] = (await findSetting<string>(trx, domainId, name)) ?? unset[name]
  return rules as unknown as AppointmentRules
}

/** Sets rules of appointments from now on; what is absent stays. */
export async function setAppointmentRules(
  change: AppointmentsChange,
  input: { [Name in keyof AppointmentRules]?: AppointmentRules[Name] | null },
): Promise<{ set: string[] }> {
  const violations = new Violations()
  const wanted = names.map((name) => [name, readRequired(input[name], `input.${name}`, violations)] as const)
  violations.throwIfAny()
  const before = await findAppointmentRules(change)
  const set: string[] = []
  for (const [name, value] of wanted) {
    if (value === undefined || value === before[name]) continue
    await writeSetting(change.trx, change.domainId, name, value)
    change.audit({
      action: 'setting.updated',
      record: { type: 'AppointmentSetting', id: name },
      fields: [name],
      before: { [name]: before[name] },
      after: { [name]: value },
    })
    set.push(name)
  }
  return { set }
}
