import { phoneDigits, searchKey } from '@commonchart/subgraph'
import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js'
import type { Patient } from './patient-columns.ts'
import type { PatientValues } from './patient-values.ts'
import { findRegion } from './regions.ts'

type Warn = (code: string, message: string, facts?: Record<string, unknown>) => void

/** The fields from which a patient is found by phone, and the country that says how they are to be read. */
export const phoneSources = ['phone', 'homePhone', 'officePhone', 'country'] as const

/** Reads a phone number as it is dialled in a country, Canada unless another is said, and gives it in E.164 form. */
export function toE164(text: string, country: string | null = null): string | null {
  if (!/\d/.test(text)) return null
  const number = parsePhoneNumberFromString(text, countryCodeOf(country) ?? 'CA')
  return number?.isPossible() === true ? number.number : null
}

/** A country as ISO 3166 has it: as its code, or as Canada and the United States are called. */
export function countryCodeOf(country: string | null | undefined): CountryCode | null {
  const key = searchKey(country ?? '')
  if (key === 'canada') return 'CA'
  if (['usa', 'united states', 'united states of america', 'etats-unis'].includes(key)) return 'US'
  const code = key.toUpperCase()
  return isSupportedCountry(code) ? code : null
}

/** The digits by which a patient's own phone numbers are found: as they were entered, and in E.164 form; each once. */
export function phoneKeys(patient: Partial<Pick<Patient, (typeof phoneSources)[number]>>): string[] {
  const numbers = [patient.phone, patient.homePhone, patient.officePhone]
  const forms = numbers.flatMap((number) => [number ?? '', toE164(number ?? '', patient.country) ?? ''])
  return [...new Set(forms.map(phoneDigits))].filter((digits) => digits !== '')
}

/** The digits to look for when these are searched: as they are, and in E.164 form as a number of Canada or with its country. */
export function phoneSearchKeys(digits: string): string[] {
  return [
    ...new Set([digits, toE164(digits), toE164(`+${digits}`)].flatMap((form) => phoneDigits(form ?? ''))),
  ]
}

const canadian = /^([ABCEGHJ-NPRSTVXY]\d[ABCEGHJ-NPRSTV-Z])[ -]?(\d[ABCEGHJ-NPRSTV-Z]\d)$/

/** A postal code of Canada in its one form `A1A 1A1`, or null when it is none. */
export function toCanadianPostalCode(text: string): string | null {
  const parts = canadian.exec(text.trim().toUpperCase())
  return parts ? `${parts[1]} ${parts[2]}` : null
}

/** The keys in which postal code and province are stored beside what was entered. */
export function addressKeys({ zipcode, region }: PatientValues): PatientValues {
  return {
    ...(zipcode !== undefined && {
      zipcodeKey: zipcode === null ? null : (toCanadianPostalCode(zipcode) ?? searchKey(zipcode)),
    }),
    ...(region !== undefined && { regionCode: region === null ? null : findRegion(region) }),
  }
}

/**
 * Warns of phone numbers, postal codes and provinces that cannot be read as such; they are kept as entered. Postal code and
 * province are judged in Canada, and where no country and no code of the United States speaks against it.
 */
export function warnOfContactPoints(
  warn: Warn,
  values: PatientValues,
  path: string,
  current: Partial<Patient> = {},
): void {
  const { country = null, zipcode = null } = { ...current, ...values }
  for (const name of ['phone', 'homePhone', 'officePhone', 'emergencyPhone'] as const) {
    const number = values[name]
    if (typeof number === 'string' && number.trim() !== '' && toE164(number, country) === null)
      warn('PHONE_NOT_READABLE', 'This cannot be read as a phone number; it is kept as entered.', {
        path: `${path}.${name}`,
      })
  }
  const isCanada = country ? countryCodeOf(country) === 'CA' : !/^\d{5}(-\d{4})?$/.test(zipcode ?? '')
  if (!isCanada) return
  if (values.zipcode?.trim() && toCanadianPostalCode(values.zipcode) === null)
    warn('POSTAL_CODE_NOT_READABLE', 'This is no postal code of Canada; it is kept as entered.', {
      path: `${path}.zipcode`,
    })
  if (values.region?.trim() && findRegion(values.region) === null)
    warn('REGION_NOT_READABLE', 'This is no province or territory of Canada; it is kept as entered.', {
      path: `${path}.region`,
    })
}
