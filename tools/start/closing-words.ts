import { fileURLToPath } from 'node:url'
import { findJson } from '../environment/private-file.ts'
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
${describeConsole(running)}
Ctrl-C stops everything.
`
  const query = JSON.stringify({
    query: '{ patients(first: 3) { totalCount nodes { id firstName lastName dateOfBirth } } }',
  })
  return `
Commonchart answers at ${endpoint}

  domain     ${demo.domain} (hosts localhost and 127.0.0.1), a generated clinic
  consumer   ${demo.issuer}, whose private key is ${demo.key}
${describeConsole(running)}
Paste this into another terminal:

curl -s ${endpoint} -H 'content-type: application/json' -H "authorization: Bearer $(npm --prefix ${quote(root)} run --silent chart -- token${running.homeOption})" -d ${quote(query)}

Ctrl-C stops everything; the next "npm start" keeps the data, "npm start -- --reset" begins anew.
`
}

/** Where the console is, and the links that make its first people, each good once. */
function describeConsole({ consoleUrl, home }: Running): string {
  const links = findJson<{ domain: string; role: string; link: string }[]>(home.consoleFirstLinks) ?? []
  const lines = links.map(({ role, link }) => `  first ${role.padEnd(9)} ${link}`)
  return [`  console    ${consoleUrl}`, ...lines, ''].join('\n')
}

function quote(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
