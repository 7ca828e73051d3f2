import { Refused } from './refused.ts'
import { wordsOfSql } from './taken-words.ts'

/** A name in each of the forms that it takes: `CarePlan` of one record, `carePlans` of several. */
export interface Names {
  /** `CarePlan`: a type of the graph. */
  pascal: string
  /** `carePlan`: fields of the graph, code. */
  camel: string
  /** `care_plan`: tables, audited actions. */
  snake: string
  /** `care-plan`: files. */
  kebab: string
  /** `care plan`: descriptions. */
  words: string
  /** `A care plan`: the beginning of a sentence. */
  aWords: string
  /** The same of several. */
  plural: { pascal: string; camel: string; kebab: string; words: string }
}

/** Words that cannot be names of types: they are what every graph has, or what others are made of. */
const reservedTypes =
  /^(?:Query|Mutation|Subscription|Node|PageInfo|Patient|.*(?:Connection|Edge|Payload|Input))$/

/** Reads what one record is called. Throws `Refused`, which says how a name must look. */
export function readNames(name: string, plural?: string): Names {
  if (!/^[A-Z][A-Za-z0-9]{1,40}$/.test(name))
    throw new Refused(`An entity is called as a type of the graph is, such as CarePlan, not "${name}".`)
  if (reservedTypes.test(name)) throw new Refused(`No entity can be called ${name}.`)
  const several = plural ?? pluralOf(name)
  if (!/^[A-Z][A-Za-z0-9]{1,40}$/.test(several) || several === name)
    throw new Refused(
      `The plural of ${name} is a name as CarePlans is and not the name itself: --plural says it.`,
    )
  const one = formsOf(name)
  if (wordsOfSql.has(one.snake))
    throw new Refused(`No table can be called ${one.snake}: it is a word of SQL.`)
  const article = /^[aeio]/.test(one.words) ? 'An' : 'A'
  return { ...one, aWords: `${article} ${one.words}`, plural: formsOf(several) }
}

/** Reads what a subgraph is called. Throws `Refused`. */
export function readSubgraphName(name: string): string {
  if (!/^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/.test(name) || name.length > 40)
    throw new Refused(
      `A subgraph is called in small letters, its parts joined by hyphens, such as care-plans, not "${name}".`,
    )
  // A second process of a service is called so in the tests.
  if (/-\d+$/.test(name)) throw new Refused(`A subgraph's name does not end in a number, as "${name}" does.`)
  return name
}

/** A name with parts joined by hyphens, in code: `carePlans`. */
export function toCamel(kebab: string): string {
  return kebab.replace(/-([a-z0-9])/g, (_, letter: string) => letter.toUpperCase())
}

function formsOf(pascal: string) {
  const words = pascal
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/([A-Z])([A-Z][a-z])/g, '$1 $2')
    .toLowerCase()
  return {
    pascal,
    camel: pascal.charAt(0).toLowerCase() + pascal.slice(1),
    snake: words.replaceAll(' ', '_'),
    kebab: words.replaceAll(' ', '-'),
    words,
  }
}

function pluralOf(name: string): string {
  if (/[^aeiou]y$/.test(name)) return name.replace(/y$/, 'ies')
  return /(?:s|x|z|ch|sh)$/.test(name) ? `${name}es` : `${name}s`
}
