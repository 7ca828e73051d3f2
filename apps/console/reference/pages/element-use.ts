import { toCoordinate } from '@commonchart/schema-changes'
import type { ReleasedChange } from '../changes/releases.ts'
import { html, type Html } from '../html/html.ts'
import { newsWords } from './news-words.ts'
import type { Site } from './site.ts'

/**
 * The schema coordinate of what a comparison calls `Type.field` or `Type.field.argument`; null for a whole type and for a directive,
 * whose use nobody records.
 */
export function coordinateOf(path: string): string | null {
  const { length } = path.split('.')
  return length < 2 || length > 3 || path.startsWith('@') ? null : toCoordinate(path)
}

/** The element that a change may take from somebody; null for one that takes nothing. */
export function elementAtStake({ path, criticality }: ReleasedChange): string | null {
  return criticality === 'breaking' ? coordinateOf(path) : null
}

/**
 * Where a script says, to whoever is signed in as one of a domain's people, that it tells who used what: `assets/element-use.js` puts
 * it beside everything that bears `data-element`.
 */
export function useStatus({ language }: Site): Html {
  const texts = newsWords[language]
  return html`<p
    id="element-use"
    role="status"
    hidden
    data-explanation="${texts.useExplanation}"
    data-since="${texts.useSince}"
    data-line="${texts.useLine}"
    data-one="${texts.useOne}"
    data-other="${texts.useOther}"
    data-none="${texts.useNone}"
    data-unknown="${texts.useUnknown}"
    data-failed="${texts.useFailed}"
  ></p>`
}
