export type Phone = { number: string | null; extension: string | null }

const withExtension = /^(.*?)\s*(?:,|;)?\s*(?:ext\.?|extension|x|#)\s*(\d{1,8})$/i
const writtenNumber = /^\+?[\d\s().\-/]{7,40}$/

/**
 * Parts a telephone number from its extension. The number stays as it was written, 555-810-7203 as well as 5558107203
 * (searching looks at the digits alone); what has not 7 to 15 digits is no number.
 */
export function toPhone(value: string | null): Phone {
  if (value === null) return { number: null, extension: null }
  const bare = value.replace(/^tel:/i, '').trim()
  if (bare.length > 80) return { number: null, extension: null }
  const parted = withExtension.exec(bare)
  const number = (parted?.[1] ?? bare).trim()
  if (!isNumber(number)) return { number: null, extension: null }
  return { number, extension: parted?.[2] ?? null }
}

function isNumber(value: string): boolean {
  const digits = value.replaceAll(/\D/g, '').length
  return writtenNumber.test(value) && digits >= 7 && digits <= 15
}
