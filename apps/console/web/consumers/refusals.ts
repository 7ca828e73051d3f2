import { Refused } from '../graph/ask.ts'

/** Which field of a form each refusal that has no path is about. */
const fieldsOfCodes: Record<string, string> = {
  ISSUER_IN_USE: 'issuer',
  KEY_ID_IN_USE: 'kid',
  KEY_MALFORMED: 'publicKey',
  KEY_PRIVATE: 'publicKey',
  KEY_NOT_RSA: 'publicKey',
  KEY_TOO_SHORT: 'publicKey',
  KEY_EXPONENT: 'publicKey',
  KEY_IN_USE: 'publicKey',
  EVENT_URL_REFUSED: 'url',
  EVENT_TOPIC_UNKNOWN: 'topics',
  EVENT_TOPIC_NOT_HELD: 'topics',
}

/** What the graph said of each field of a form, by the field's name in the input. */
export function errorsOf(error: unknown): Record<string, string> {
  if (!(error instanceof Refused)) return {}
  const errors: Record<string, string> = {}
  for (const { path, message } of error.violations) {
    const field = path?.split('.')[1]
    if (field) errors[field] = errors[field] ? `${errors[field]} ${message}` : message
  }
  const field = fieldsOfCodes[error.code]
  if (field) errors[field] = error.message
  return errors
}

/** Whether everything that was said is said at a field, so that nothing is left to say beside the form. */
export function isSaidAtFields(error: unknown, fields: string[]): boolean {
  const names = Object.keys(errorsOf(error))
  return names.length > 0 && names.every((name) => fields.includes(name))
}
