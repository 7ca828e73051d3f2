import { GraphQLError } from 'graphql'
import type { ErrorCode } from './catalogue.ts'

/**
 * Builds the error that tells a caller what it did wrong: its code and the facts go to `extensions`.
 * The message is a sentence and carries no patient data, token or SQL.
 */
export function refusal(code: ErrorCode, message: string, facts: Record<string, unknown> = {}): GraphQLError {
  return new GraphQLError(message, { extensions: { code, ...facts } })
}

/** Tells whether an error is a refusal: made on purpose for the caller, with a code. */
export function isRefusal(error: unknown): error is GraphQLError {
  return error instanceof GraphQLError && typeof error.extensions.code === 'string'
}
