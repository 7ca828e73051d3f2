import type { LocalizedText } from './names.ts'

/** Values as they are stored: texts in several languages as JSON. */
export type Stored<Values> = {
  [Name in keyof Values]: Exclude<Values[Name], undefined> extends LocalizedText[] ? string : Values[Name]
}

/** Writes texts in several languages as the database keeps them, and leaves all else as it is. */
export function storeLocalized<Values extends object>(values: Values): Stored<Values> {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined)
  return Object.fromEntries(
    entries.map(([name, value]) => [
      name,
      /^localized[A-Z]/.test(name) ? JSON.stringify(value) : (value as unknown),
    ]),
  ) as Stored<Values>
}
