import {
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isScalarType,
  isUnionType,
  type GraphQLField,
  type GraphQLNamedType,
} from 'graphql'
import { html, type Content, type Html } from '../html/html.ts'
import type { Place } from '../model/usage.ts'
import { describe, oursBadge, typeReference } from './description.ts'
import type { Page } from './layout.ts'
import { anchored, deprecation, inputEntry, linkList } from './parts.ts'
import type { Site } from './site.ts'
import { areaNames, type Words } from './words.ts'

export type Kind = 'object' | 'input' | 'enum' | 'interface' | 'union' | 'scalar'

/** What kind of type it is. */
export function kindOf(type: GraphQLNamedType): Kind {
  if (isObjectType(type)) return 'object'
  if (isInputObjectType(type)) return 'input'
  if (isEnumType(type)) return 'enum'
  if (isInterfaceType(type)) return 'interface'
  return isUnionType(type) ? 'union' : 'scalar'
}

/** The page of a type. */
export function typePage(site: Site, type: GraphQLNamedType): Page {
  const { words, language, model } = site
  const area = model.ownership.areaOfType(type.name)
  const usage = model.usages.get(type.name)
  const interfaces = isObjectType(type) ? type.getInterfaces() : []
  return {
    path: `reference/types/${type.name}.html`,
    title: type.name,
    hasContents: true,
    above: [
      { title: words.reference, path: 'reference/index.html' },
      { title: words.types, path: 'reference/types/index.html' },
    ],
    body: html`<p class="kind">${words[kindOf(type)]}${area && ` · ${areaNames[language][area] ?? area}`}</p>
      <h1>${type.name} ${oursBadge(site, type.description)}</h1>
      ${describe(site, type.description)}
      ${interfaces.length > 0 && html`<p class="implements">${words.implements} ${interfaces.map((each, at) => [at > 0 && ', ', typeReference(site, each)])}</p>`}
      ${inside(site, type, area)}
      ${linkList(words.members, isUnionType(type) ? type.getTypes().map((each) => typeReference(site, each)) : [], 'page-members')}
      ${linkList(
        words.implementedBy,
        (usage?.implementedBy ?? []).map((name) => typeReference(site, name)),
        'page-implemented',
      )}
      ${linkList(words.returnedBy, placesOf(site, usage?.returnedBy ?? []), 'page-returned')}
      ${linkList(words.usedBy, placesOf(site, usage?.takenBy ?? []), 'page-used')}
      ${linkList(
        words.memberOf,
        (usage?.unions ?? []).map((name) => typeReference(site, name)),
        'page-unions',
      )}`,
  }
}

function inside(site: Site, type: GraphQLNamedType, area: string | null): Content {
  const { words } = site
  if (isScalarType(type))
    return (
      type.specifiedByURL &&
      html`<p>${words.specified}: <a href="${type.specifiedByURL}">${type.specifiedByURL}</a></p>`
    )
  if (isEnumType(type))
    return section(
      words.values,
      type.getValues().map(
        ({ name, description, deprecationReason }) =>
          html`<dt id="${name}">
              ${anchored(site, name, html`<code class="name">${name}</code>`, name)}
              ${oursBadge(site, description)}
            </dt>
            <dd>${deprecation(site, deprecationReason)}${describe(site, description)}</dd>`,
      ),
    )
  if (isInputObjectType(type))
    return section(
      words.fields,
      Object.values(type.getFields()).map((field) => inputEntry(site, field, field.name)),
    )
  if (isObjectType(type) || isInterfaceType(type))
    return section(
      words.fields,
      Object.values(type.getFields()).map((field) => fieldEntry(site, type, field, area)),
    )
  return null
}

function section(title: string, entries: Html[]): Html {
  return html`<section aria-labelledby="page-inside">
    <h2 id="page-inside">${title}</h2>
    <dl class="entries">${entries}</dl>
  </section>`
}

function fieldEntry(
  site: Site,
  type: GraphQLNamedType,
  field: GraphQLField<unknown, unknown>,
  area: string | null,
): Html {
  const { words, model } = site
  const areas = model.ownership.areasOfField(type.name, field.name)
  const other = area && areas.length > 0 && !areas.includes(area) ? areas[0] : null
  return html`<dt id="${field.name}">
      ${anchored(site, field.name, html`<code class="name">${field.name}</code>`, field.name)}
      ${typeReference(site, field.type)} ${other && html` <span class="badge scope">${other}:read</span>`}
      ${oursBadge(site, field.description)}
    </dt>
    <dd>
      ${deprecation(site, field.deprecationReason)}${describe(site, field.description)}
      ${field.args.length > 0 && argumentsOf(site, field, words)}
    </dd>`
}

function argumentsOf(site: Site, field: GraphQLField<unknown, unknown>, words: Words): Html {
  return html`<details class="arguments">
    <summary>${words.arguments} (${field.args.length})</summary>
    <dl class="entries">
      ${field.args.map((argument) => inputEntry(site, argument, `${field.name}.${argument.name}`))}
    </dl>
  </details>`
}

/** Links to where a type is used; the root fields have pages of their own. */
function placesOf(site: Site, places: Place[]): Html[] {
  return places.map(({ type, field, argument }) => {
    const isRoot = type === 'Query' || type === 'Mutation'
    const page = isRoot
      ? site.rootUrl(type === 'Query' ? 'query' : 'mutation', field)
      : (site.typeUrl(type) ?? '')
    const anchor = isRoot ? argument : [field, argument].filter(Boolean).join('.')
    const text = `${isRoot ? '' : `${type}.`}${field}${argument ? `(${argument})` : ''}`
    return html`<a href="${page}${anchor ? `#${anchor}` : ''}"><code>${text}</code></a>`
  })
}
