/** What a log keeps of an error. */
export interface ErrorDescription {
  type: string
  message: string
  stack?: string
  code?: string
  constraint?: string
  cause?: ErrorDescription
}

/**
 * Describes an error for an ordinary log: kind, message, code, where it came from. Nothing else of it: libraries hang whole
 * connections with their secrets on errors. What PostgreSQL says of values (class 22 and 23, and `detail`) is left
 * out, because the values are people's.
 */
export function describeError(error: unknown): ErrorDescription {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is no error was thrown' }
  const { code, constraint, cause } = error as Error & { code?: unknown; constraint?: unknown }
  const speaksOfValues = typeof code === 'string' && /^2[23][0-9A-Z]{3}$/.test(code)
  const message = speaksOfValues ? `PostgreSQL refused a value (${code})` : error.message
  return {
    type: error.name,
    message,
    stack: speaksOfValues ? framesOf(error) : error.stack,
    ...(typeof code === 'string' && { code }),
    ...(typeof constraint === 'string' && { constraint }),
    ...(cause !== undefined && { cause: describeError(cause) }),
  }
}

/** The places in a stack, without the message that heads it. */
function framesOf({ stack }: Error): string | undefined {
  return stack
    ?.split('\n')
    .filter((line) => /^\s+at /.test(line))
    .join('\n')
}
