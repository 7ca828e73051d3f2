import { isOver, object, objects, text, texts } from './element.ts'
import type { Json } from './element.ts'

/** A postal address in the parts that a record keeps, each as it was written. */
export type PostalAddress = {
  street: string | null
  additional: string | null
  city: string | null
  region: string | null
  postalCode: string | null
  country: string | null
}

export type ChosenAddress = { address: PostalAddress | null; leftOut: string[] }

const preference = ['home', 'work', null, 'temp', 'billing', 'old']

/** Chooses the address in force (home first) and splits its lines into street and addition. */
export function chooseAddress(value: unknown, now: Date): ChosenAddress {
  const addresses = objects(value)
  const chosen = addresses.toSorted((a, b) => rank(a, now) - rank(b, now))[0]
  if (!chosen) return { address: null, leftOut: [] }
  const leftOut = addresses
    .filter((address) => address !== chosen)
    .map((address) => `address (${text(address['use']) ?? 'another'})`)
  if (text(chosen['district']) !== null) leftOut.push('address.district')
  for (const extension of objects(chosen['extension'])) {
    const url = text(extension['url'])
    if (url !== null) leftOut.push(`address extension ${url}`)
  }
  return { address: toPostalAddress(chosen), leftOut }
}

/** The parts of one Address. */
export function toPostalAddress(value: unknown): PostalAddress | null {
  const address = object(value)
  if (!address) return null
  const [street, ...more] = texts(address['line'])
  return {
    street: street ?? null,
    additional: more.length > 0 ? more.join(', ') : null,
    city: text(address['city']),
    region: text(address['state']),
    postalCode: text(address['postalCode']),
    country: text(address['country']),
  }
}

function rank(address: Json, now: Date): number {
  const place = preference.indexOf(text(address['use']))
  return (place === -1 ? preference.length : place) + (isOver(address['period'], now) ? 100 : 0)
}
