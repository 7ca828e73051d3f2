import type { OpenedRecord } from './access-record-query.ts'

/**
 * A request as a command that sends it again. Where the API is and the token are left to whoever runs it: a token is never on
 * record.
 */
export function writeCurl({ path, method }: OpenedRecord['request'], body: string): string {
  return [
    `curl --request ${method} "$API_URL${path.replace(/["\\$`]/g, encodeURIComponent)}"`,
    `--header 'content-type: application/json'`,
    `--header "authorization: Bearer $API_TOKEN"`,
    `--data-raw ${quote(body)}`,
  ].join(' \\\n  ')
}

/** A word of a shell that nothing in it can end. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
