import type { ErrorEntry } from './catalogue.ts'

/** What the record refuses because of what is on it, in alphabetical order. */
export const recordErrors = {
  GROUP_VISIT_FULL: {
    status: 200,
    meaning: 'Every seat of the group visit is taken.',
    remedy: 'Choose another group visit; `groupVisits(fullyBooked: false)` lists those with seats left.',
  },
  PATIENT_ARCHIVED: {
    status: 200,
    meaning:
      'The patient is archived; `extensions.mergedInto` names the patient whose record goes on, if there is one.',
    remedy: 'Use the patient that the record was merged into, or restore this one.',
  },
  PATIENT_MERGED: {
    status: 200,
    meaning: 'The chart was merged into the one that `extensions.mergedInto` names.',
    remedy: 'Use that chart, or undo the merge first.',
  },
  PATIENT_NOT_MERGED: {
    status: 200,
    meaning: 'The chart is not merged into another, so there is nothing to undo.',
    remedy: 'Read `mergedInto` of the chart.',
  },
  POSSIBLE_DUPLICATE: {
    status: 200,
    meaning: 'The person may be on the record already; `extensions.candidates` has such patients’ ids.',
    remedy:
      'Look at the candidates; have the support account of the domain allow such patients if they are others.',
  },
  SLOT_TAKEN: {
    status: 200,
    meaning: 'The provider has no room left at this time.',
    remedy: 'Choose another time, or send `skipValidations: true` to book over capacity on purpose.',
  },
} as const satisfies Record<string, ErrorEntry>
