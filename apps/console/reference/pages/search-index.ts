import { isEnumType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql'
import type { ReferenceModel } from '../model/read-model.ts'
import { rootPath } from './site.ts'
import { kindOf } from './type.ts'

/** One entry of the search: its name, its kind, its page, and where in the page when that is not its name. */
type Entry = [name: string, kind: string, path: string]

/** Lists everything that can be found, the root fields first; the page's script reads it as it is. */
export function writeSearchIndex({ roots, types, errors }: ReferenceModel): string {
  const entries: Entry[] = roots.map(({ kind, name }) => [name, kind, rootPath(kind, name)])
  for (const type of types) entries.push([type.name, kindOf(type), `reference/types/${type.name}.html`])
  for (const code of Object.keys(errors)) entries.push([code, 'error', `reference/errors.html#${code}`])
  for (const type of types) {
    const names = isEnumType(type)
      ? type.getValues().map(({ name }) => name)
      : isObjectType(type) || isInputObjectType(type) || isInterfaceType(type)
        ? Object.keys(type.getFields())
        : []
    for (const name of names)
      entries.push([
        `${type.name}.${name}`,
        isEnumType(type) ? 'value' : 'field',
        `reference/types/${type.name}.html#${name}`,
      ])
  }
  return JSON.stringify(entries)
}
