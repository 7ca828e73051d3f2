import { refusal } from '@commonchart/errors'

/** Gathers references to nothing, so that one refusal names the path of each. */
export class MissingReferences {
  readonly paths: string[] = []

  add(path: string): void {
    this.paths.push(path)
  }

  /** Throws `NOT_FOUND` with every path when there is one. */
  throwIfAny(): void {
    if (this.paths.length === 0) return
    throw refusal('NOT_FOUND', `There is no such record in this domain: ${this.paths.join(', ')}.`, {
      path: this.paths[0],
      paths: this.paths,
    })
  }
}

/** The refusal of one reference to nothing. */
export function notFound(path: string) {
  return refusal('NOT_FOUND', `There is no such record in this domain: ${path}.`, { path, paths: [path] })
}
