import { restatesName } from '../../schema/restates.ts'
import { listElements } from '../elements.ts'
import type { Fault, Lint } from './lint.ts'

const roots = ['Query', 'Mutation']

/** Every element that clients see has a description, and one that says more than its name does. */
export const lintDescriptions: Lint = ({ graphs }) => {
  const faults = new Map<string, Fault>()
  for (const schema of graphs.values())
    for (const { coordinate, description } of listElements(schema)) {
      if (roots.includes(coordinate)) continue
      if (description.trim() === '')
        faults.set(coordinate, {
          coordinate,
          message: 'it has no description: say what a reader cannot guess',
        })
      else if (restatesName(coordinate, description))
        faults.set(coordinate, {
          coordinate,
          message: `its description only restates its name: ${description}`,
        })
    }
  return [...faults.values()]
}
