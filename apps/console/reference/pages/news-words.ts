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
  },
}

/** A day as it is written in a language. */
export function dateOf(date: string, language: Language): string {
  return new Intl.DateTimeFormat(`${language}-CA`, { dateStyle: 'long', timeZone: 'UTC' }).format(
    new Date(date),
  )
}
