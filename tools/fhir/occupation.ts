import type { Coding } from './element.ts'

const taxonomy = 'http://nucc.org/provider-taxonomy'

/**
 * Beginnings of NUCC provider taxonomy codes whose group is one occupation of CHR, the longer first where two begin
 * alike. Groups that CHR has no occupation for are absent on purpose. Source: NUCC Health Care Provider Taxonomy.
 */
const occupations: [string, string][] = [
  ['20', 'MEDICAL_DOCTOR'],
  ['363L', 'NURSE_PRACTITIONER'],
  ['363A', 'PHYSICIAN_ASSISTANT'],
  ['163W', 'REGISTERED_NURSE'],
  ['164W', 'LICENSED_PRACTICAL_NURSE'],
  ['1835', 'PHARMACIST'],
  ['1837', 'PHARMACY_TECHNICIAN'],
  ['1223', 'DENTIST'],
  ['126800000X', 'DENTAL_ASSISTANT'],
  ['124Q', 'DENTAL_HYGIENIST'],
  ['103T', 'PSYCHOLOGIST'],
  ['1041', 'SOCIAL_WORKER'],
  ['101Y', 'COUNSELOR'],
  ['111N', 'CHIROPRACTOR'],
  ['133V', 'REGISTERED_DIETITIAN'],
  ['152W', 'OPTOMETRIST'],
  ['156FX1800X', 'OPTICIAN'],
  ['175F', 'NATUROPATHIC_PHYSICIAN'],
  ['176B', 'MID_WIFE'],
  ['2251', 'PHYSIOTHERAPIST'],
  ['225X', 'OCCUPATIONAL_THERAPIST'],
  ['225700000X', 'MASSAGE_THERAPIST'],
  ['2255A2300X', 'ATHLETIC_THERAPIST'],
  ['2278', 'RESPIRATORY_THERAPIST'],
  ['2279', 'RESPIRATORY_THERAPIST'],
  ['231H', 'AUDIOLOGIST'],
  ['235Z', 'SPEECH_LANGUAGE_PATHOLOGIST'],
  ['146L', 'PARAMEDIC'],
]

/** CHR's occupation for the first taxonomy code that names one. */
export function occupationOf(found: Coding[]): string | null {
  for (const coding of found) {
    if (coding.system !== taxonomy) continue
    const match = occupations.find(([beginning]) => coding.code.startsWith(beginning))
    if (match) return match[1]
  }
  return null
}
