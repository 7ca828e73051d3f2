/** What PostgreSQL says of any statement behind one that failed in the same transaction. */
const failedBefore = '25P02'

/**
 * Waits for statements of one transaction that were begun together, and gives their answers. When some fail, throws the first
 * error, in the order in which they are given, that is a statement's own.
 */
export async function together<const Statements extends readonly unknown[]>(
  statements: Statements,
): Promise<{ -readonly [At in keyof Statements]: Awaited<Statements[At]> }> {
  const answers = await Promise.allSettled(statements)
  const errors = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
  if (errors.length > 0) throw errors.find((error) => !isFailedBefore(error)) ?? errors[0]
  return answers.map((answer) => (answer as PromiseFulfilledResult<unknown>).value) as never
}

function isFailedBefore(error: unknown): boolean {
  return (error as { code?: unknown } | null)?.code === failedBefore
}
