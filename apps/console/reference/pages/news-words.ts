import type { Language } from './words.ts'

const en = {
  lead: 'Releases of the API, from the differences of its schema. Programs written for an earlier release go on working unless a change is listed as breaking.',
  feed: 'RSS feed',
  breaking: 'Breaking',
  dangerous: 'Dangerous',
  safe: 'Safe',
  changes: 'Changes of the schema',
  deprecated: 'Deprecated',
  element: 'Element',
  since: 'Since',
  instead: 'Instead',
  unreleased: 'Not released yet',
  unreleasedMeaning: 'Served here already, and to be told in the next release.',
  useExplanation:
    'Beside what is deprecated or breaks stands which programs of {domain} used it in the last 90 days.',
  useSince: 'Use is on record since {date} only.',
  useLine: '{name}: {requests}, last on {date}',
  useOne: '{n} request',
  useOther: '{n} requests',
  useNone: 'No program used it.',
  useUnknown: 'No use is on record yet.',
  useFailed: 'Which programs used it could not be read. Load the page again.',
}

/** The texts of What's new, by language. */
export const newsWords: Record<Language, typeof en> = {
  en,
  fr: {
    lead: 'Les versions de l’API, d’après les différences de son schéma. Les programmes écrits pour une version antérieure continuent de fonctionner, sauf changement incompatible.',
    feed: 'Flux RSS',
    breaking: 'Incompatible',
    dangerous: 'Délicat',
    safe: 'Sans risque',
    changes: 'Changements du schéma',
    deprecated: 'Obsolète',
    element: 'Élément',
    since: 'Depuis',
    instead: 'À la place',
    unreleased: 'Pas encore publié',
    unreleasedMeaning: 'Déjà servi ici, et à annoncer dans la prochaine version.',
    useExplanation:
      'À côté de ce qui est obsolète ou incompatible figurent les programmes de {domain} qui l’ont utilisé au cours des 90 derniers jours.',
    useSince: 'L’utilisation n’est consignée que depuis le {date}.',
    useLine: '{name} : {requests}, la dernière le {date}',
    useOne: '{n} requête',
    useOther: '{n} requêtes',
    useNone: 'Aucun programme ne l’a utilisé.',
    useUnknown: 'Aucune utilisation n’est encore consignée.',
    useFailed: 'Impossible de lire quels programmes l’ont utilisé. Rechargez la page.',
  },
}

/** A day as it is written in a language. */
export function dateOf(date: string, language: Language): string {
  return new Intl.DateTimeFormat(`${language}-CA`, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(date),
  )
}
