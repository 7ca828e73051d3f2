export type HealthCardFault = 'FORM' | 'CHECK_DIGIT'

interface Issuer {
  /** How a number looks without spaces and hyphens. */
  form: RegExp
  /** Whether a number of that form bears the right check digit, for the issuers that publish how it is made. */
  check?: (number: string) => boolean
  /** How the version code that stands beside the number looks. */
  code?: RegExp
}

/**
 * What is known of the numbers on Canadian health cards. The check digit of Ontario is published in the Ministry of
 * Health's "Health Card Validation Reference Manual", that of British Columbia in the Ministry's "PHN Check Digit Number
 * Routine" (Professional and Software Compliance Standards, appendix D). Quebec's RAMQ publishes what the number is made
 * of, and not its last digit. For the others only the number of digits and letters is checked.
 */
const issuers: Record<string, Issuer> = {
  ALBERTA: { form: /^\d{9}$/ },
  BRITISH_COLUMBIA: { form: /^9\d{9}$/, check: hasBritishColumbiaCheckDigit },
  MANITOBA: { form: /^\d{9}$/ },
  NEW_BRUNSWICK: { form: /^\d{9}$/ },
  NEWFOUNDLAND_AND_LABRADOR: { form: /^\d{12}$/ },
  NORTHWEST_TERRITORIES: { form: /^[A-Z]\d{7}$/ },
  NOVA_SCOTIA: { form: /^\d{10}$/ },
  NUNAVUT: { form: /^\d{9}$/ },
  ONTARIO: {
    form: /^\d{10}[A-Z]{0,2}$/,
    check: (number) => hasLuhnDigit(number.slice(0, 10)),
    code: /^[A-Z]{1,2}$/,
  },
  PRINCE_EDWARD_ISLAND: { form: /^\d{8}$/ },
  QUEBEC: { form: /^[A-Z]{4}\d{8}$/, check: holdsQuebecBirthDate },
  SASKATCHEWAN: { form: /^\d{9}$/ },
  YUKON: { form: /^\d{9}$/ },
}

/** Every issuer whose health cards can be checked. */
export const healthCardIssuers = Object.keys(issuers)

/** Says what is wrong with the number of a health card, spaces and hyphens aside; null when nothing is, or nothing is known. */
export function findHealthCardFault(
  issuer: string,
  value: string,
  code: string | null = null,
): HealthCardFault | null {
  const known = issuers[issuer]
  if (!known) return null
  const number = value.replace(/[\s-]+/g, '').toUpperCase()
  if (!known.form.test(number)) return 'FORM'
  if (code && known.code && !known.code.test(code.trim().toUpperCase())) return 'FORM'
  return known.check?.(number) === false ? 'CHECK_DIGIT' : null
}

/** Whether the digits end in their Luhn digit (ISO/IEC 7812-1, "mod 10"). */
export function hasLuhnDigit(digits: string): boolean {
  const sum = [...digits].reverse().reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? Number(digit) : Number(digit) * 2
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return sum % 10 === 0
}

const britishColumbiaWeights = [2, 4, 8, 5, 10, 9, 7, 3]

/** Whether a number of British Columbia ends in its mod 11 digit, which is made of the eight digits after the leading 9. */
export function hasBritishColumbiaCheckDigit(number: string): boolean {
  const sum = britishColumbiaWeights.reduce(
    (total, weight, at) => total + ((weight * Number(number[at + 1])) % 11),
    0,
  )
  return 11 - (sum % 11) === Number(number[9])
}

/** Whether the digits of a RAMQ number begin with a day: year, month (plus 50 for women) and day, in either century. */
function holdsQuebecBirthDate(number: string): boolean {
  const [year, month, day] = [4, 6, 8].map((at) => Number(number.slice(at, at + 2))) as [
    number,
    number,
    number,
  ]
  const of = month > 50 ? month - 50 : month
  return [1900, 2000].some((century) => {
    const date = new Date(Date.UTC(century + year, of - 1, day))
    return of >= 1 && of <= 12 && date.getUTCMonth() === of - 1 && date.getUTCDate() === day
  })
}
