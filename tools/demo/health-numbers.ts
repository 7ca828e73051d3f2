/** A number such as Ontario writes on its health cards: nine digits and their Luhn digit. Nobody bears it that we know of. */
export function createOntarioNumber(index: number): string {
  const start = String(600_000_000 + index * 7919)
  const sum = [...start].reverse().reduce((total, digit, at) => {
    const weighed = at % 2 === 0 ? Number(digit) * 2 : Number(digit)
    return total + (weighed > 9 ? weighed - 9 : weighed)
  }, 0)
  return `${start}${(10 - (sum % 10)) % 10}`
}

const weights = [2, 4, 8, 5, 10, 9, 7, 3]

/** A personal health number such as British Columbia gives: 9, eight digits and their mod 11 digit. */
export function createBritishColumbiaNumber(index: number): string {
  // Some eight digits have no check digit; the next ones then do.
  for (let middle = 60_000_000 + index * 7919; ; middle += 1) {
    const sum = weights.reduce((total, weight, at) => total + weight * Number(String(middle)[at]), 0)
    const last = 11 - (sum % 11)
    if (last < 10) return `9${middle}${last}`
  }
}
