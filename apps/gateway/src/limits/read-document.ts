import { GraphQLError, Kind, Lexer, parse, Source, TokenKind, visit, type DocumentNode } from 'graphql'
import type { Limits } from './limits.ts'

/** Brackets within brackets: parser and validation call themselves for each, and a stack has an end. */
const deepestNesting = 500

const opening = new Set<TokenKind>([TokenKind.BRACE_L, TokenKind.BRACKET_L, TokenKind.PAREN_L])
const closing = new Set<TokenKind>([TokenKind.BRACE_R, TokenKind.BRACKET_R, TokenKind.PAREN_R])

/** Told of each number that has a limit; throws when it is over. */
export type Refuse = (
  name: 'tokens' | 'nesting' | 'repeats' | 'spreads',
  actual: number,
  limit: number,
) => void

/**
 * Parses a query that is short and flat enough for it, and in which validation's comparison of all fields of one name,
 * whose time grows with their number squared, ends soon. Gives nothing when it is no GraphQL: the engine says where.
 */
export function readDocument(
  query: string,
  limits: Pick<Limits, 'tokens' | 'repeats' | 'spreads'>,
  refuse: Refuse,
): DocumentNode | undefined {
  let document: DocumentNode
  try {
    checkTokens(query, limits.tokens, refuse)
    document = parse(query, { noLocation: true })
  } catch (error) {
    if (error instanceof GraphQLError && error.extensions.code === undefined) return undefined
    throw error
  }
  checkRepeats(document, limits, refuse)
  return document
}

function checkTokens(query: string, limit: number, refuse: Refuse): void {
  const lexer = new Lexer(new Source(query))
  let nesting = 0
  for (let count = 1; ; count++) {
    const { kind } = lexer.advance()
    if (kind === TokenKind.EOF) return
    refuse('tokens', count, limit)
    if (opening.has(kind)) refuse('nesting', ++nesting, deepestNesting)
    else if (closing.has(kind)) nesting--
  }
}

function checkRepeats(
  document: DocumentNode,
  limits: Pick<Limits, 'repeats' | 'spreads'>,
  refuse: Refuse,
): void {
  let spreads = 0
  visit(document, {
    SelectionSet({ selections }) {
      const counts = new Map<string, number>()
      for (const selection of selections) {
        if (selection.kind !== Kind.FIELD) {
          if (selection.kind === Kind.FRAGMENT_SPREAD) spreads++
          continue
        }
        const name = selection.alias?.value ?? selection.name.value
        const count = (counts.get(name) ?? 0) + 1
        counts.set(name, count)
        refuse('repeats', count, limits.repeats)
      }
      refuse('spreads', spreads, limits.spreads)
    },
  })
}
