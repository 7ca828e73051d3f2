import { randomBytes } from 'node:crypto'
import { Violations } from '@commonchart/errors'
import { findSetting, writeSetting } from '@commonchart/subgraph'
import { loadAppointment, type AppointmentRecord } from './appointments.ts'
import type { AppointmentsChange, Context } from './context.ts'
import { readText } from './input-text.ts'

/** How a patient comes to a virtual visit. */
export interface VirtualVisitLink {
  /** The id of the appointment. */
  id: string
  patientId: string
  accessCode: string
  url: string
}

const settingName = 'virtualVisitUrl'
const placeholders = ['{appointmentId}', '{accessCode}'] as const

/**
 * The access code that an appointment takes on when it becomes virtual: 128 random bits. Nothing when it is not virtual or
 * has one.
 */
export function accessCodeOf(
  appointment: Pick<AppointmentRecord, 'visitType'> & { accessCode?: string | null },
): { accessCode?: string } {
  if (appointment.visitType !== 'VIRTUAL_VISIT' || appointment.accessCode) return {}
  return { accessCode: randomBytes(16).toString('base64url') }
}

/** The link of a virtual appointment; null when the domain has no template, or the appointment is not virtual. */
export async function findVirtualVisitLink(
  context: Context,
  { id, appointmentId }: { id?: string | null; appointmentId?: string | null },
): Promise<VirtualVisitLink | null> {
  const asked = id ?? appointmentId
  if (!asked || (id && appointmentId && id !== appointmentId)) return null
  const appointment = await loadAppointment(context, asked, new Set(['visitType', 'accessCode']))
  if (!appointment?.accessCode || appointment.visitType !== 'VIRTUAL_VISIT') return null
  const template = await findVirtualVisitUrl(context)
  if (template === null) return null
  const { id: key, patientId, accessCode } = appointment
  return { id: key, patientId, accessCode, url: fillTemplate(template, key, accessCode) }
}

function fillTemplate(template: string, appointmentId: string, accessCode: string): string {
  return template.replaceAll('{appointmentId}', appointmentId).replaceAll('{accessCode}', accessCode)
}

/** The template of the domain's links; null when there is none. */
export function findVirtualVisitUrl(context: Context): Promise<string | null> {
  return context.read((trx) => findSetting<string>(trx, context.domainId, settingName))
}

/** Sets the template of links from now on; null gives none. Throws `VALIDATION_FAILED`. */
export async function setVirtualVisitUrl(
  change: AppointmentsChange,
  url: string | null | undefined,
): Promise<{ virtualVisitUrl: string | null }> {
  const violations = new Violations()
  const template = readText(url, 'input.virtualVisitUrl', violations) ?? null
  if (template !== null && !isTemplate(template))
    violations.add(
      'input.virtualVisitUrl',
      'URL_TEMPLATE',
      `This is an https URL with ${placeholders.join(' and ')} behind its host.`,
    )
  violations.throwIfAny()
  const before = await findSetting<string>(change.trx, change.domainId, settingName)
  await writeSetting(change.trx, change.domainId, settingName, template)
  change.audit({
    action: 'setting.updated',
    record: { type: 'AppointmentSetting', id: settingName },
    fields: [settingName],
    before: { virtualVisitUrl: before },
    after: { virtualVisitUrl: template },
  })
  return { virtualVisitUrl: template }
}

/** Whether links can be made of a text. The host, which the network sees, is the same for every patient. */
function isTemplate(template: string): boolean {
  if (!placeholders.every((each) => template.includes(each)) || /\s/.test(template)) return false
  const [one, other] = ['1', '2'].map((value) => URL.parse(fillTemplate(template, value, value)))
  return (
    one?.protocol === 'https:' &&
    one.host === other?.host &&
    one.username === '' &&
    one.password === '' &&
    one.host === URL.parse(template)?.host
  )
}
