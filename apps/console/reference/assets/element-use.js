// Tells a domain's people which of its programs used what a release removed or deprecated. Whoever is not signed in sees nothing of it.
const status = document.getElementById('element-use')
const words = status.dataset
const language = document.documentElement.lang
const places = [...document.querySelectorAll('[data-element]')]
const elements = [...new Set(places.map((place) => place.dataset.element))]
const days = 90
const query = `query ($elements: [String!], $days: Int!, $after: String) {
  elementUsage(elements: $elements, days: $days, first: 100, after: $after) {
    nodes { element consumer { id name } requests lastUsedAt }
    pageInfo { hasNextPage endCursor }
    recordedSince
  }
}`

const dates = new Intl.DateTimeFormat(`${language}-CA`, { dateStyle: 'long' })
const numbers = new Intl.NumberFormat(`${language}-CA`)
const plural = new Intl.PluralRules(language)
// What nobody sees, or what turns the direction of the words around it, is spelt out: a program's name is written by people.
const unseen = /[\u0000-\u001f\u007f-\u009f\u200b\u2028-\u202e\u2060-\u2069\ufeff]/g
const spellOut = (text) =>
  text.replace(unseen, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function readJson(url, options) {
  const answer = await fetch(url, options)
  if (!answer.ok) throw new Error(String(answer.status))
  return answer.json()
}

async function readUse(domain) {
  const rows = []
  for (let after = null; ;) {
    const { data } = await readJson(`/api/domains/${encodeURIComponent(domain)}/settings`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', language },
      body: JSON.stringify({ query, variables: { elements, days, after } }),
    })
    const { nodes, pageInfo, recordedSince } = data.elementUsage
    rows.push(...nodes)
    if (!pageInfo.hasNextPage) return { domain, rows, since: recordedSince && new Date(recordedSince) }
    after = pageInfo.endCursor
  }
}

// Puts elements, or texts, in the places of a sentence: `{name}: {requests}`.
function fill(sentence, parts) {
  return sentence.split(/(\{\w+\})/).map((part) => (/^\{\w+\}$/.test(part) ? parts[part.slice(1, -1)] : part))
}

function lineOf(domain, { consumer, requests, lastUsedAt }) {
  const name = document.createElement('a')
  name.href = `/d/${encodeURIComponent(domain)}/consumers/${encodeURIComponent(consumer.id)}`
  const text = document.createElement('bdi')
  text.textContent = spellOut(consumer.name)
  name.append(text)
  const count = (plural.select(requests) === 'one' ? words.one : words.other).replace(
    '{n}',
    numbers.format(requests),
  )
  const date = document.createElement('time')
  date.dateTime = lastUsedAt
  date.textContent = dates.format(new Date(lastUsedAt))
  const item = document.createElement('li')
  item.append(...fill(words.line, { name, requests: count, date }))
  return item
}

function listOf(place, { domain, rows, since }, isOneOfSeveral) {
  const used = rows.filter(({ element }) => element === place.dataset.element)
  const list = document.createElement('ul')
  list.className = used.length > 0 ? 'use' : 'use unused'
  list.append(...used.map((row) => lineOf(domain, row)))
  if (used.length === 0) {
    const none = document.createElement('li')
    none.textContent = since ? words.none : words.unknown
    list.append(none)
  }
  if (!isOneOfSeveral) return [list]
  const heading = document.createElement('p')
  heading.className = 'use-domain'
  heading.textContent = domain
  return [heading, list]
}

// Less than that is on record: `none` would say too much.
function sinceOf({ since }) {
  const isWhole = since && Date.now() - since < (days - 1) * 86_400_000
  return isWhole ? ` ${words.since.replace('{date}', dates.format(since))}` : ''
}

async function tell() {
  const { memberships } = await readJson('/api/me')
  const domains = memberships.map(({ domain }) => domain)
  if (domains.length === 0 || elements.length === 0) return
  try {
    const uses = await Promise.all(domains.map(readUse))
    for (const place of places) for (const use of uses) place.append(...listOf(place, use, uses.length > 1))
    status.textContent = uses
      .map((use) => words.explanation.replace('{domain}', use.domain) + sinceOf(use))
      .join(' ')
  } catch {
    status.textContent = words.failed
  }
  status.hidden = false
}

// Without the console's server behind it the page stays as it is.
tell().catch(() => undefined)
