/** Which area of the record owns an element of the published surface: the first whose pattern its name meets. */
const areas = [
  ['coordination', /Case|Referral|Task|^FlexibleData/],
  [
    'appointments',
    /Appointment|Availab|GroupVisit|^(Create|Update)?(Service|Location|Worktime|Offtime|Schedule)|PresentingIssue|ProviderUser|^Provider|UserGroup|WorkHour|OffTime|LegacySchedule|VirtualVisit|VisitType|WeekDay|MassMatch|^Occupation|EntityNotification|Localized|^LocaleEnum/,
  ],
  [
    'chart',
    /Encounter|Addend|Diagnos|Billing|HealthProfile|Allerg|Medication|Injection|Vitals|^Lab|Olis|Letter|Answer|Questionnaire|Score|ResponseSelection|AdministrativeNote|Attachment|FileTag|FileScalar|Goal|History|AdvancedDirective|Reaction|Severity|LifeStage|ReportedBy|RecordsStatus|^CategoryEnum|BloodPressure|HeartBeat|AmountsData|Currency|Din|NumericString|PartialDate|OrganOr|Smok|Alcohol|Substance|Surg/,
  ],
  ['consumers', /ApiConsumer/],
  [
    'patients',
    /Patient|Respondent|Identification|StatusTag|CareTeam|Contact|Facilit|Gender|Pronouns|NotificationMethod|^Member$/,
  ],
] as const

export type Area = (typeof areas)[number][0] | 'shared'
export const areaNames: Area[] = ['patients', 'appointments', 'chart', 'coordination', 'consumers', 'shared']

/** The area of a type by its name. */
export function areaOf(type: string): Area {
  return areas.find(([, pattern]) => pattern.test(type))?.[0] ?? 'shared'
}

/** The area of a root field: by its own name, otherwise by what it gives. */
export function areaOfRoot(field: string, type: string): Area {
  const own = areaOf(field.charAt(0).toUpperCase() + field.slice(1))
  return own === 'shared' ? areaOf(bare(type)) : own
}

/** A type without lists and exclamation marks. */
export function bare(type: string): string {
  return type.replace(/[[\]!]/g, '')
}

/** Elements of an area that is served whose truth a later subgraph owns, though no type says so. */
const ownedLater: Record<string, Area> = {
  'Patient.hasAllergies': 'chart',
  'Respondent.hasAllergies': 'chart',
}

/** What a number or a day is written as is nobody's. */
const scalars = new Set(['NumericString', 'PartialDate', 'Din', 'FileScalar'])

/** Why an element is absent: the later subgraph that owns it, or that it is not served yet. */
export function ownerOf(path: string, types: string[]): 'chart' | 'coordination' | null {
  const named = types.map(bare).filter((type) => !scalars.has(type))
  const owner = [ownedLater[path], ...named.map(areaOf)]
  return owner.find((area) => area === 'chart' || area === 'coordination') ?? null
}
