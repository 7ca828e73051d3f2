import {
  getNamedType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  type GraphQLInputType,
} from 'graphql'

/** Values that mean something to a field, where its type alone does not say what fits. */
const known: Record<string, unknown> = {
  color: '#1f77b4',
  rgb: '#2ca02c',
  timezoneIanaName: 'America/Halifax',
  minRequestableIntervalType: 'days',
  languages: ['English', 'French'],
}

const byScalar: Record<string, (round: number, name: string) => unknown> = {
  String: (round, name) => `${name} ${round}`,
  ID: (round) => String(round),
  Int: (round) => 10 + round * 5,
  Float: (round) => round + 0.5,
  Boolean: (round) => round % 2 === 1,
  ISO8601Date: (round) => `199${round % 10}-0${1 + (round % 9)}-15`,
  ISO8601DateTime: (round) => `2026-0${1 + (round % 9)}-15T10:00:00.000Z`,
  PartialDate: (round) => ['1990', '1991-05', '1992-05-17'][round % 3],
  DateTimeWithTimezone: (round) => `2001-0${1 + (round % 9)}-15T10:00:00.000Z`,
  Email: (round, name) => `${name}.${round}@example.test`.toLowerCase(),
  Phone: (round) => `604-555-01${String(10 + round)}`,
  HtmlFragment: (round) => `<p>round ${round}</p>`,
  NumericString: (round) => `0${round}`,
  TimeWithoutOffset: (round) => `1${round % 9}:30`,
  UpcomingDateTime: (round) => `2099-0${1 + (round % 9)}-15T10:00:00.000Z`,
  SearchString: (round, name) => `${name} ${round}`,
  PhoneSearchString: (round) => `60455501${String(10 + round)}`,
}

/** Makes a value for an input field that is neither empty nor a default; another round gives another value. */
export function valueFor(type: GraphQLInputType, name: string, round: number): unknown {
  if (isNonNullType(type)) return valueFor(type.ofType as GraphQLInputType, name, round)
  if (name in known) return known[name]
  if (isListType(type)) return [valueFor(type.ofType as GraphQLInputType, name, round)]
  const named = getNamedType(type)
  if (isEnumType(named)) {
    const values = named.getValues()
    return values[round % values.length]?.name
  }
  // The English form of a text is its plain one, which has a field of its own.
  if (named.name === 'LocalizedFieldInput')
    return { locale: round % 2 ? 'FRENCH' : 'SPANISH', value: `${name} ${round}` }
  if (isInputObjectType(named))
    return Object.fromEntries(
      Object.values(named.getFields()).map((field) => [field.name, valueFor(field.type, field.name, round)]),
    )
  const make = byScalar[named.name]
  if (!make) throw new Error(`no value is known for the scalar ${named.name} of ${name}`)
  return make(round, name)
}
