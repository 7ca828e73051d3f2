/** A request that code for it is written of. */
export interface SampleCall {
  endpoint: string
  issuer: string
  audience?: string | null
  kid?: string | null
  /** The file of the private key, as the reader has it. */
  keyFile: string
  query: string
}

export const languages = ['curl', 'node', 'python', 'csharp'] as const
export type SampleLanguage = (typeof languages)[number]

/** As JSON, which is also how JavaScript, Python and C# read a text of printable characters. */
export function quote(text: string): string {
  return JSON.stringify(text)
}

/** As a shell reads it as it is; plain words stay plain. */
export function quoteForShell(text: string): string {
  if (/^[\w./:-]+$/.test(text)) return text
  return `'${text.replaceAll("'", `'\\''`)}'`
}

/** The header and the claims of the token, but for `exp`. */
export function tokenParts({ issuer, audience, kid }: SampleCall): { header: object; claims: object } {
  return {
    header: { alg: 'RS512', typ: 'JWT', ...(kid && { kid }) },
    claims: { iss: issuer, ...(audience && { aud: audience }) },
  }
}
