import { refusal } from '@commonchart/errors'

/** Turns the loss of a race for a number into the refusal that the check before would have given. */
export async function refuseTakenIdentification<Result>(write: () => Promise<Result>): Promise<Result> {
  try {
    return await write()
  } catch (error) {
    const { code, constraint } = error as { code?: string; constraint?: string }
    if (code !== '23505' || !constraint?.startsWith('identification_unique')) throw error
    throw refusal('VALIDATION_FAILED', 'The input breaks 1 rule(s), at input.identifications.', {
      violations: [
        {
          path: 'input.identifications',
          rule: 'IDENTIFICATION_TAKEN',
          message: 'This number of this template is on the record already.',
        },
      ],
    })
  }
}
