export interface DemoFacility {
  key: string
  name: string
  category: string
  streetAddress1: string
  city: string
  province: string
  postalCode: string
  country: string
  phone: string
  fax: string
  latitude: number
  longitude: number
}

/** The places around the demo clinic. The numbers are from the range reserved for fiction. */
export const demoFacilities: readonly DemoFacility[] = [
  facility('queens-quay', 'Queens Quay Pharmacy', 'PHARMACY', '416', '61', [43.6387, -79.3817]),
  facility('brow', 'Brow Street Pharmacy', 'PHARMACY', '905', '62', [43.2387, -79.8601]),
  facility('portage', 'Portage Avenue Pharmacy', 'PHARMACY', '204', '63', [49.8937, -97.1431]),
  facility('lakeview', 'Lakeview General Hospital', 'HOSPITAL', '416', '64', [43.6592, -79.3889]),
  facility('escarpment', 'Escarpment Family Practice', 'CLINIC', '905', '65', [43.2321, -79.8711]),
  facility('red-river', 'Red River Laboratory', 'LABORATORY', '204', '66', [49.8891, -97.1512]),
]

/** Whose pharmacy is near which location of the clinic, by the order of both. */
export const demoPharmacies = [0, 1, 2] as const

function facility(
  key: string,
  name: string,
  category: string,
  area: '416' | '905' | '204',
  number: string,
  [latitude, longitude]: [number, number],
): DemoFacility {
  const place = {
    416: { city: 'Toronto', province: 'Ontario', postalCode: 'M5J 2N1' },
    905: { city: 'Hamilton', province: 'Ontario', postalCode: 'L8T 4B2' },
    204: { city: 'Winnipeg', province: 'Manitoba', postalCode: 'R3B 2B3' },
  }[area]
  const lines = { streetAddress1: `${number}0 ${name.split(' ')[0]} Street`, country: 'Canada' }
  const numbers = { phone: `+1 ${area}-555-01${number}`, fax: `+1 ${area}-555-01${Number(number) + 10}` }
  return { key, name, category, ...place, ...lines, ...numbers, latitude, longitude }
}

export interface DemoContact {
  key: string
  firstName: string
  lastName: string
  title: string
  occupation: string
  medicalSpecialty?: string
  jurisdiction: string
  /** Index of the facility where they work. */
  facility: number
  billingCode: string
  licenseNumber: string
  email: string
}

/** The people outside of the demo clinic with whom it works; the first three are family doctors. */
export const demoContacts: readonly DemoContact[] = [
  contact('ruth-bergeron', 'DR', 'MEDICAL_DOCTOR', 'FAMILY_MEDICINE', 'ONTARIO', 4),
  contact('ivan-petrov', 'DR', 'MEDICAL_DOCTOR', 'FAMILY_MEDICINE', 'ONTARIO', 4),
  contact('grace-sinclair', 'DR', 'MEDICAL_DOCTOR', 'GENERAL_PRACTICE', 'MANITOBA', 3),
  contact('noor-rahman', 'DR', 'MEDICAL_DOCTOR', 'CARDIOLOGY', 'ONTARIO', 3),
  contact('elise-fortin', 'DR', 'MEDICAL_DOCTOR', 'OBSTETRICS_AND_GYNECOLOGY', 'ONTARIO', 3),
  contact('thomas-wong', 'MR', 'PHARMACIST', undefined, 'ONTARIO', 0),
  contact('carmen-diaz', 'MS', 'PHARMACIST', undefined, 'ONTARIO', 1),
  contact('joseph-bird', 'MR', 'PHARMACIST', undefined, 'MANITOBA', 2),
]

/** The family doctors among the contacts, by index. */
export const demoFamilyDoctors = [0, 1, 2] as const

function contact(
  key: string,
  title: string,
  occupation: string,
  medicalSpecialty: string | undefined,
  jurisdiction: string,
  at: number,
): DemoContact {
  const [firstName = '', lastName = ''] = key
    .split('-')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return {
    ...{ key, firstName, lastName, title, occupation, jurisdiction, facility: at },
    ...(medicalSpecialty && { medicalSpecialty }),
    billingCode: `${key.length}${String(at).padStart(5, '0')}`,
    licenseNumber: `L-${key.length * 4099 + at}`,
    email: `${key.replace('-', '.')}@example.com`,
  }
}

/** The roles of care teams of the demo clinic, in their order. */
export const demoRoles = [
  { name: 'Most responsible provider', description: 'Is responsible for the plan of care.' },
  { name: 'Care coordinator', description: 'Keeps the appointments and referrals together.' },
  { name: 'Pharmacist', description: 'Reviews the medications.' },
  { name: 'Specialist', description: 'Is consulted for a condition.' },
] as const
