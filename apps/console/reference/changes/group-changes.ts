import type { Ownership } from '../model/areas.ts'
import type { ChangeGroup, ReleasedChange } from './releases.ts'

const order = ['breaking', 'dangerous', 'safe']

/** Puts changes of one criticality and one area together, for a person to say a sentence of each group, or to divide it. */
export function groupChanges(changes: ReleasedChange[], ownership: Ownership): ChangeGroup[] {
  const groups = new Map<string, ChangeGroup>()
  for (const change of changes) {
    const [type = '', field = ''] = change.path.split('.')
    const isRoot = type === 'Query' || type === 'Mutation'
    const area = isRoot ? ownership.areasOfField(type, field)[0] : ownership.areaOfType(type)
    const key = `${order.indexOf(change.criticality)} ${area ?? ''}`
    const group = groups.get(key) ?? { sentence: { en: '', fr: '' }, changes: [] }
    group.changes.push({ path: change.path, criticality: change.criticality, message: change.message })
    groups.set(key, group)
  }
  return [...groups.entries()].sort(([one], [other]) => one.localeCompare(other)).map(([, group]) => group)
}
