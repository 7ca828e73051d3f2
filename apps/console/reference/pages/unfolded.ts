import {
  getNamedType,
  isInputObjectType,
  isObjectType,
  isRequiredInputField,
  type GraphQLArgument,
  type GraphQLOutputType,
} from 'graphql'
import { html, type Content } from '../html/html.ts'
import { describe, oursBadge, typeReference } from './description.ts'
import { anchored, inputEntry } from './parts.ts'
import type { Site } from './site.ts'

/** The fields of the input object that an argument takes, those that must be sent first, so that nobody has to turn a page. */
export function unfoldInput(site: Site, argument: GraphQLArgument): Content {
  const type = getNamedType(argument.type)
  if (!isInputObjectType(type)) return null
  const fields = Object.values(type.getFields())
  const sorted = [
    ...fields.filter(isRequiredInputField),
    ...fields.filter((field) => !isRequiredInputField(field)),
  ]
  return html`<details class="arguments" open data-narrow="closed">
    <summary>${site.words.fields} (${fields.length})</summary>
    <dl class="entries">
      ${sorted.map((field) => inputEntry(site, field, `${argument.name}.${field.name}`))}
    </dl>
  </details>`
}

/** The fields of what a mutation gives. */
export function unfoldPayload(site: Site, output: GraphQLOutputType): Content {
  const type = getNamedType(output)
  if (!isObjectType(type) || !type.name.endsWith('Payload')) return null
  return html`<dl class="entries">
    ${Object.values(type.getFields()).map((field) => {
      const id = `returns.${field.name}`
      return html`<dt id="${id}">
          ${anchored(site, id, html`<code class="name">${field.name}</code>`, field.name)}
          ${typeReference(site, field.type)} ${oursBadge(site, field.description)}
        </dt>
        <dd>${describe(site, field.description)}</dd>`
    })}
  </dl>`
}
