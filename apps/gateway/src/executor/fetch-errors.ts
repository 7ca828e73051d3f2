import { GraphQLError, type GraphQLFormattedError } from 'graphql'
import type { Fetch } from './compile-plan.ts'
import { listPathsAt } from './merge.ts'

type Path = (string | number)[]

/**
 * Gives a subgraph's errors the paths that they have in the whole answer; `extensions.serviceName` says whose they are.
 * An entity's error is told at each place where the entity stands.
 */
export function placeErrors(
  fetch: Fetch,
  errors: readonly GraphQLFormattedError[],
  data: Record<string, unknown>,
  targetsOf: readonly number[][] | undefined,
): GraphQLError[] {
  let places: Path[] | undefined
  return errors.flatMap((error) => {
    const extensions = { ...error.extensions, serviceName: fetch.subgraph }
    const create = (path: Path | undefined) => new GraphQLError(error.message, { path, extensions })
    const [, place, ...rest] = error.path ?? []
    if (!targetsOf || typeof place !== 'number') return [create(pathInAnswer(fetch, error.path))]
    places ??= listPathsAt(data, fetch.path)
    return (targetsOf[place] ?? []).map((target) => create([...(places?.[target] ?? []), ...rest]))
  })
}

function pathInAnswer(fetch: Fetch, path: GraphQLFormattedError['path']): Path | undefined {
  if (!path || fetch.requires) return undefined
  return [...fetch.path, ...path]
}

/** A fetch that failed as a whole: a refusal stays what it is, anything else is ours to hide. */
export function wrapFailure(error: unknown): GraphQLError {
  if (error instanceof GraphQLError) return error
  return new GraphQLError('a fetch failed', {
    originalError: error instanceof Error ? error : new Error(String(error)),
    extensions: { code: 'INTERNAL_SERVER_ERROR' },
  })
}
