import { findHealthCardFault } from './health-cards.ts'
import type { Template } from './identification-templates.ts'
import { fitsFormat } from './value-format.ts'

/** Something about a number that its template does not expect; `path` is relative to the identification. */
export interface Fault {
  path: string
  rule: 'IDENTIFICATION_FORMAT' | 'IDENTIFICATION_CHECK_DIGIT'
  message: string
}

/** The parts of an identification that can be checked; what is absent is not. */
interface Checked {
  value?: string | null
  code?: string | null
  identificationCustomData?: { uuid: string; value?: string | null }[] | null
}

/** Lists what a template's format, its issuer's rules and the formats of its further data find wrong. */
export function findFaults(template: Template, checked: Checked): Fault[] {
  const faults: Fault[] = []
  const { valueFormat, healthCard, customData } = template
  const { value, code, identificationCustomData } = checked
  if (value && valueFormat && !fitsFormat(valueFormat, value)) faults.push(wrongFormat('value'))
  const fault = value && healthCard ? findHealthCardFault(healthCard, value, code ?? null) : null
  if (fault === 'FORM' && faults.length === 0) faults.push(wrongFormat('value'))
  if (fault === 'CHECK_DIGIT')
    faults.push({
      path: 'value',
      rule: 'IDENTIFICATION_CHECK_DIGIT',
      message: 'A digit seems to be mistyped: the check digit, or the date within the number, is wrong.',
    })
  identificationCustomData?.forEach(({ uuid, value: datum }, at) => {
    const format = customData.find((definition) => definition.uuid === uuid)?.valueFormat
    if (datum && format && !fitsFormat(format, datum))
      faults.push(wrongFormat(`identificationCustomData.${at}.value`))
  })
  return faults
}

function wrongFormat(path: string): Fault {
  return {
    path,
    rule: 'IDENTIFICATION_FORMAT',
    message: 'It does not look like a number of this kind.',
  }
}

/** Whether a template says anything by which its numbers can be checked. */
export function isChecked({ valueFormat, healthCard, customData }: Template): boolean {
  return valueFormat !== null || healthCard !== null || customData.some(({ valueFormat: format }) => format)
}
