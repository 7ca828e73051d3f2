import type { Tree } from '@nx/devkit'
import { Refused } from './refused.ts'

/** The text of a file of the workspace. Throws `Refused` when it is not there. */
export function readText(tree: Tree, path: string): string {
  const text = tree.read(path, 'utf8')
  if (text === null) throw new Refused(`${path} is not there.`)
  return text
}

/** Changes the text of a file; a refusal says in which. */
export function edit(tree: Tree, path: string, change: (text: string) => string): void {
  const text = readText(tree, path)
  try {
    tree.write(path, change(text))
  } catch (error) {
    if (!(error instanceof Refused)) throw error
    throw new Refused(`${path} cannot be added to: ${error.message}`)
  }
}

/** Puts text before the only place where a mark stands. Throws `Refused` when it stands nowhere, or more than once. */
export function insertBefore(text: string, mark: string, added: string): string {
  const parts = text.split(mark)
  if (parts.length !== 2)
    throw new Refused(`"${mark.trim()}" stands there ${parts.length - 1} times, not once.`)
  return parts.join(`${added}${mark}`)
}

/** Adds a line `  key: …,` to those of an object in the order of their keys. Throws `Refused` for a key that is there. */
export function insertSorted(text: string, key: string, line: string): string {
  const lines = text.split('\n')
  const keyOf = (each: string) => /^ {2}'?([\w.]+)'?: /.exec(each)?.[1]
  const known = lines.flatMap((each, at) =>
    keyOf(each) === undefined ? [] : [{ key: keyOf(each) as string, at }],
  )
  if (known.some((each) => each.key === key)) throw new Refused(`${key} is there already.`)
  // In the order of the file: a part that ends comes before one that goes on.
  const next = known.find((each) => each.key > key)
  const last = known.at(-1)
  if (!last) throw new Refused('there are no lines to stand among.')
  lines.splice(next ? next.at : last.at + 1, 0, line)
  return lines.join('\n')
}
