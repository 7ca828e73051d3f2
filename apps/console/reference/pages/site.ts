import type { ReferenceModel } from '../model/read-model.ts'
import { words, type Language, type Words } from './words.ts'

/** What every page is made with: the model, the language, and where things are. */
export interface Site {
  model: ReferenceModel
  language: Language
  words: Words
  /** The address of a path of this language, such as `/fr/reference/index.html`. */
  url(path: string): string
  /** The address of the page of a type; null for what GraphQL itself defines. */
  typeUrl(name: string): string | null
  rootUrl(kind: 'query' | 'mutation', name: string): string
}

/** The path of a language's pages: English at the root, the others under their name. */
export function prefixOf(language: Language): string {
  return language === 'en' ? '' : `/${language}`
}

export function createSite(model: ReferenceModel, language: Language): Site {
  const url = (path: string): string => `${prefixOf(language)}/${path}`
  const names = new Set(model.types.map(({ name }) => name))
  return {
    ...{ model, language, words: words[language], url },
    typeUrl: (name) => (names.has(name) ? url(`reference/types/${name}.html`) : null),
    rootUrl: (kind, name) => url(rootPath(kind, name)),
  }
}

/** Where the page of a root field is. */
export function rootPath(kind: 'query' | 'mutation', name: string): string {
  return `reference/${kind === 'query' ? 'queries' : 'mutations'}/${name}.html`
}
