import { faker } from '@faker-js/faker/locale/en_CA'
import type { ExternalId } from '../fhir/mapped.ts'
import { demoId } from './clinic.ts'
import { createBritishColumbiaNumber, createOntarioNumber } from './health-numbers.ts'

export const demoPatientCount = 200

export interface DemoPatient {
  externalId: ExternalId
  firstName: string
  lastName: string
  dateOfBirth: string
  gender: 'MALE' | 'FEMALE' | 'OTHER'
  language: string
  email: string
  phone: string
  streetAddress: string
  city: string
  region: string
  zipcode: string
  country: string
  /** The number, and the index of the kind of card. */
  healthCard: { template: number; value: string }
  /** Index of the provider they usually see. */
  usualProvider: number
}

const towns = [
  { city: 'Toronto', region: 'Ontario', area: '416', letter: 'M' },
  { city: 'Hamilton', region: 'Ontario', area: '905', letter: 'L' },
  { city: 'Winnipeg', region: 'Manitoba', area: '204', letter: 'R' },
] as const

/** Creates the patients of the demo clinic: the same ones each time, none of whom lives. */
export function createDemoPatients(providerCount: number): DemoPatient[] {
  faker.seed(20_260_101)
  return Array.from({ length: demoPatientCount }, (_, index) => {
    const gender = faker.helpers.weightedArrayElement([
      { value: 'FEMALE' as const, weight: 49 },
      { value: 'MALE' as const, weight: 49 },
      { value: 'OTHER' as const, weight: 2 },
    ])
    const firstName = faker.person.firstName(
      gender === 'OTHER' ? undefined : gender === 'MALE' ? 'male' : 'female',
    )
    const lastName = faker.person.lastName()
    const town = faker.helpers.arrayElement(towns)
    const born = faker.date.between({ from: '1930-01-01T00:00:00Z', to: '2025-06-30T00:00:00Z' })
    return {
      externalId: demoId(`patient-${index + 1}`),
      firstName,
      lastName,
      dateOfBirth: born.toISOString().slice(0, 10),
      gender,
      language: faker.helpers.weightedArrayElement([
        { value: 'en', weight: 8 },
        { value: 'fr', weight: 2 },
      ]),
      email: `${toAscii(firstName)}.${toAscii(lastName)}${index + 1}@example.com`,
      // 555-01XX is reserved for fiction; 200 patients in three areas share its hundred numbers.
      phone: `+1 ${town.area}-555-01${String(index % 100).padStart(2, '0')}`,
      streetAddress: faker.location.streetAddress(),
      city: town.city,
      region: town.region,
      zipcode: faker.helpers.fromRegExp(`${town.letter}[1-9][A-C] [1-9][G-K][1-9]`),
      country: 'Canada',
      // Those in Manitoba came from British Columbia and still have its card.
      healthCard:
        town.region === 'Ontario'
          ? { template: 0, value: createOntarioNumber(index) }
          : { template: 1, value: createBritishColumbiaNumber(index) },
      usualProvider: faker.number.int({ min: 0, max: providerCount - 1 }),
    }
  })
}

function toAscii(name: string): string {
  return name
    .normalize('NFKD')
    .replaceAll(/[^a-zA-Z]/g, '')
    .toLowerCase()
}
