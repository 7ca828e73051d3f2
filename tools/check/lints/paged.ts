import { getNullableType, isListType, isObjectType } from 'graphql'
import { listElements, type Element } from '../elements.ts'
import type { Fault, Lint } from './lint.ts'

/**
 * A field gives many things as a connection, page by page. A plain list must be small: its description promises "at most"
 * how many, or it is one of those that were there before this rule.
 */
export const lintPages: Lint = ({ graphs, exceptions }) => {
  const excepted = new Set([...exceptions.listsOfChr, ...exceptions.lists])
  const unneeded = new Set(excepted)
  const faults = new Map<string, Fault>()
  for (const schema of graphs.values())
    for (const element of listElements(schema)) {
      if (!isUnbounded(element)) continue
      const { coordinate } = element
      unneeded.delete(coordinate)
      if (excepted.has(coordinate)) continue
      const message =
        'a list without pages: give a connection, or promise in its description "at most" how many'
      faults.set(coordinate, { coordinate, message })
    }
  const message = 'it needs no exception: take it off the list (tools/check/exceptions.json)'
  return [...faults.values(), ...[...unneeded].map((coordinate) => ({ coordinate, message }))]
}

function isUnbounded({ kind, name, owner, type, description }: Element): boolean {
  if (kind !== 'field' || type === null || !isListType(getNullableType(type))) return false
  const isPage = ['edges', 'nodes'].includes(name) && isObjectType(owner) && 'pageInfo' in owner.getFields()
  return !isPage && !/\bat most (\d|one|two|three)/i.test(description)
}
