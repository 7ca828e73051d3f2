import { fileURLToPath } from 'node:url'
import type { Demo } from './demo.ts'
import type { Running } from './start.ts'

const root = fileURLToPath(new URL('../../', import.meta.url)).replace(/\/$/, '')

/** What a start says when everything is up: where it answers, and lines to paste. */
export function describeStart(running: Running, demo: Demo | undefined): string {
  const endpoint = `${running.url}/graphql`
  if (!demo)
    return `
Commonchart answers at ${endpoint}; the operator's graph is at ${running.operatorUrl}.
Make a domain: npm run chart -- domain create NAME --host HOST --zone ZONE
Ctrl-C stops everything.
`
  const query = JSON.stringify({
    query: '{ patients(first: 3) { totalCount nodes { id firstName lastName dateOfBirth } } }',
  })
  return `
Commonchart answers at ${endpoint}

  domain     ${demo.domain} (hosts localhost and 127.0.0.1), a generated clinic
  consumer   ${demo.issuer}, whose private key is ${demo.key}

Paste this into another terminal:

curl -s ${endpoint} -H 'content-type: application/json' -H "authorization: Bearer $(npm --prefix ${quote(root)} run --silent chart -- token${running.homeOption})" -d ${quote(query)}

Ctrl-C stops everything; the next "npm start" keeps the data, "npm start -- --reset" begins anew.
`
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
