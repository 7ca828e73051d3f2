import type { ExternalId } from '../fhir/mapped.ts'

/** The system under which demo records remember where they came from. */
export const demoSystem = 'https://commonchart.example/demo'

export const demoId = (value: string): ExternalId => ({ system: demoSystem, value })

/** The zone of the demo domain; one of its locations lies in another. */
export const demoZone = 'America/Toronto'

export interface DemoLocation {
  key: string
  name: string
  streetAddress1: string
  city: string
  region: string
  postalCode: string
  timezoneIanaName: string
  primaryContactNumber: string
  primaryEmail: string
  color: string
}

/** The three places of the demo clinic. The numbers are from the range reserved for fiction. */
export const demoLocations: readonly DemoLocation[] = [
  {
    key: 'harbour',
    name: 'Harbour Street Clinic',
    streetAddress1: '120 Harbour Street',
    city: 'Toronto',
    region: 'Ontario',
    postalCode: 'M5J 0B7',
    timezoneIanaName: 'America/Toronto',
    primaryContactNumber: '+1 416-555-0110',
    primaryEmail: 'harbour@demo.example',
    color: '#2a6fdb',
  },
  {
    key: 'mountain',
    name: 'Mountain Brow Clinic',
    streetAddress1: '48 Mountain Brow Boulevard',
    city: 'Hamilton',
    region: 'Ontario',
    postalCode: 'L8T 1A4',
    timezoneIanaName: 'America/Toronto',
    primaryContactNumber: '+1 905-555-0132',
    primaryEmail: 'mountain@demo.example',
    color: '#2f9e44',
  },
  {
    key: 'forks',
    name: 'The Forks Clinic',
    streetAddress1: '7 Forks Market Road',
    city: 'Winnipeg',
    region: 'Manitoba',
    postalCode: 'R3C 4S8',
    timezoneIanaName: 'America/Winnipeg',
    primaryContactNumber: '+1 204-555-0158',
    primaryEmail: 'forks@demo.example',
    color: '#e8590c',
  },
]

export interface DemoService {
  key: string
  name: string
  slotLength: number
  color: string
}

/** The twelve services of the demo clinic; lengths in minutes. */
export const demoServices: readonly DemoService[] = [
  { key: 'visit', name: 'Office visit', slotLength: 15, color: '#228be6' },
  { key: 'long-visit', name: 'Extended visit', slotLength: 30, color: '#1971c2' },
  { key: 'physical', name: 'Periodic health examination', slotLength: 45, color: '#4263eb' },
  { key: 'new-patient', name: 'New patient intake', slotLength: 60, color: '#7048e8' },
  { key: 'follow-up', name: 'Follow-up', slotLength: 15, color: '#12b886' },
  { key: 'immunization', name: 'Immunization', slotLength: 15, color: '#40c057' },
  { key: 'well-baby', name: 'Well-baby visit', slotLength: 30, color: '#fab005' },
  { key: 'prenatal', name: 'Prenatal visit', slotLength: 30, color: '#f06595' },
  { key: 'counselling', name: 'Counselling', slotLength: 60, color: '#be4bdb' },
  { key: 'diabetes', name: 'Diabetes review', slotLength: 30, color: '#fd7e14' },
  { key: 'blood-pressure', name: 'Blood pressure check', slotLength: 15, color: '#fa5252' },
  { key: 'telephone', name: 'Telephone visit', slotLength: 15, color: '#15aabf' },
]

export interface DemoProvider {
  key: string
  firstName: string
  lastName: string
  title: 'DR' | 'NURSE' | 'NP' | 'MS' | 'MR'
  occupation: string
  specialty: string
  languages: string[]
  /** Where they work, and on which weekdays (0 is Sunday). */
  location: string
  weekdays: readonly number[]
}

const wholeWeek = [1, 2, 3, 4, 5]

/** The eight providers of the demo clinic. */
export const demoProviders: readonly DemoProvider[] = [
  provider('amara-okafor', 'DR', 'MEDICAL_DOCTOR', 'Family medicine', ['en', 'fr'], 'harbour', wholeWeek),
  provider(
    'lucas-tremblay',
    'DR',
    'MEDICAL_DOCTOR',
    'Family medicine',
    ['fr', 'en'],
    'harbour',
    [1, 2, 3, 4],
  ),
  provider('mei-chen', 'DR', 'MEDICAL_DOCTOR', 'Paediatrics', ['en', 'zh'], 'mountain', wholeWeek),
  provider(
    'priya-sharma',
    'DR',
    'MEDICAL_DOCTOR',
    'Obstetrics',
    ['en', 'hi', 'pa'],
    'mountain',
    [2, 3, 4, 5],
  ),
  provider('hannah-kowalski', 'NP', 'NURSE_PRACTITIONER', 'Primary care', ['en', 'pl'], 'harbour', wholeWeek),
  provider(
    'daniel-moose',
    'NURSE',
    'REGISTERED_NURSE',
    'Diabetes education',
    ['en', 'cr'],
    'forks',
    wholeWeek,
  ),
  provider('sofia-alvarez', 'MS', 'SOCIAL_WORKER', 'Counselling', ['en', 'es'], 'forks', [1, 3, 5]),
  provider(
    'omar-haddad',
    'DR',
    'MEDICAL_DOCTOR',
    'Internal medicine',
    ['en', 'ar', 'fr'],
    'forks',
    wholeWeek,
  ),
]

function provider(
  key: string,
  title: DemoProvider['title'],
  occupation: string,
  specialty: string,
  languages: string[],
  location: string,
  weekdays: readonly number[],
): DemoProvider {
  const [first = '', last = ''] = key.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return {
    key,
    firstName: first,
    lastName: last,
    title,
    occupation,
    specialty,
    languages,
    location,
    weekdays,
  }
}

/** When everybody at the demo clinic works, on the clock of the location, in minutes of the day. */
export const demoHours = [
  { start: 9 * 60, end: 12 * 60 },
  { start: 13 * 60, end: 17 * 60 },
] as const
