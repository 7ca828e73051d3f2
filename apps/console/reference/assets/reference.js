// What the pages gain with JavaScript: search as one types, copying, the choice of colours, contents that fold away.
const place = document.getElementById('page-search')
const words = place.dataset
const input = document.getElementById('page-search-input')
const list = document.getElementById('page-search-results')
const status = document.getElementById('page-search-status')
const kinds = JSON.parse(words.kinds)
const mostResults = 12
let entries
let results = []
let at = -1

place.hidden = false

async function load() {
  entries ??= await fetch(words.index).then((answer) => answer.json())
}

// The lower, the better: the name itself, its beginning, the beginning of a word in it, anywhere.
function rank(name, text) {
  const lower = name.toLowerCase()
  if (!lower.includes(text)) return -1
  const member = lower.slice(lower.indexOf('.') + 1)
  const isMember = name.includes('.')
  const where = lower.indexOf(text)
  // What was typed ends in the middle of a word of the name: `patients` in `PatientSearchHit`.
  const isAcross =
    /[A-Z]/.test(name.slice(where + 1, where + text.length)) && /^[a-z]/.test(name.slice(where + text.length))
  const penalty = (isMember ? 3 : 0) + (isAcross ? 2.5 : 0)
  if (lower === text || member === text) return penalty
  if (lower.startsWith(text)) return 1 + penalty
  if (member.startsWith(text)) return 2 + penalty
  return (/[A-Z]/.test(name[where]) ? 3 : 4) + penalty
}

function find(typed) {
  const text = typed.trim().toLowerCase().replace(/\s+/g, '')
  if (text === '' || !entries) return []
  const found = []
  for (const entry of entries) {
    const score = rank(entry[0], text)
    if (score >= 0) found.push([score, entry])
  }
  found.sort((one, other) => one[0] - other[0] || one[1][0].length - other[1][0].length)
  return found.slice(0, mostResults).map(([, entry]) => entry)
}

function show() {
  results = find(input.value)
  at = results.length > 0 ? 0 : -1
  const isOpen = input.value.trim() !== '' && entries !== undefined
  list.hidden = !isOpen || results.length === 0
  input.setAttribute('aria-expanded', String(!list.hidden))
  list.replaceChildren(
    ...results.map(([name, kind, path], index) => {
      const option = document.createElement('li')
      option.id = `page-search-result-${index}`
      option.setAttribute('role', 'option')
      const title = document.createElement('span')
      title.textContent = name
      const what = document.createElement('small')
      what.textContent = kinds[kind]
      option.append(title, what)
      option.addEventListener('mousedown', (event) => event.preventDefault())
      option.addEventListener('click', () => go(path))
      return option
    }),
  )
  status.textContent = isOpen
    ? results.length === 0
      ? words.empty
      : words.results.replace('{n}', results.length)
    : ''
  mark()
}

function mark() {
  for (const [index, option] of [...list.children].entries())
    option.setAttribute('aria-selected', String(index === at))
  if (at >= 0) input.setAttribute('aria-activedescendant', `page-search-result-${at}`)
  else input.removeAttribute('aria-activedescendant')
  list.children[at]?.scrollIntoView({ block: 'nearest' })
}

function go(path) {
  close()
  location.assign(`${words.prefix}/${path}`)
}

function close() {
  list.hidden = true
  input.setAttribute('aria-expanded', 'false')
  input.removeAttribute('aria-activedescendant')
}

input.addEventListener('focus', () => load().then(show))
input.addEventListener('input', () => load().then(show))
input.addEventListener('blur', close)
input.addEventListener('keydown', (event) => {
  if (event.key === 'Escape') {
    if (list.hidden) input.blur()
    close()
  } else if (event.key === 'Enter' && results[at]) go(results[at][2])
  else if ((event.key === 'ArrowDown' || event.key === 'ArrowUp') && results.length > 0) {
    event.preventDefault()
    at = (at + (event.key === 'ArrowDown' ? 1 : results.length - 1)) % results.length
    mark()
  }
})
document.addEventListener('keydown', (event) => {
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName ?? '')
  if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return
  event.preventDefault()
  input.focus()
  input.select()
})

for (const block of document.querySelectorAll('[data-copy]')) {
  if (block === place) continue
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'copy'
  button.textContent = words.copy
  button.addEventListener('click', async () => {
    await navigator.clipboard.writeText(block.querySelector('code').textContent)
    button.textContent = words.copied
    status.textContent = words.copied
  })
  block.prepend(button)
}

const schemes = ['auto', 'light', 'dark']
const names = { auto: words.coloursAuto, light: words.coloursLight, dark: words.coloursDark }
const icons = { auto: '◐', light: '☀', dark: '☾' }
const colours = document.createElement('button')
colours.type = 'button'
colours.className = 'colours'
let scheme = document.documentElement.getAttribute('data-mantine-color-scheme') ?? 'auto'
function paint() {
  if (scheme === 'auto') document.documentElement.removeAttribute('data-mantine-color-scheme')
  else document.documentElement.setAttribute('data-mantine-color-scheme', scheme)
  colours.textContent = icons[scheme]
  colours.setAttribute('aria-label', `${words.colours}: ${names[scheme]}`)
  colours.title = `${words.colours}: ${names[scheme]}`
}
colours.addEventListener('click', () => {
  scheme = schemes[(schemes.indexOf(scheme) + 1) % schemes.length]
  try {
    localStorage.setItem('mantine-color-scheme-value', scheme)
  } catch {
    // Where nothing may be kept the choice holds for this page.
  }
  paint()
})
paint()
document.querySelector('header.top').append(colours)

if (matchMedia('(max-width: 60rem)').matches)
  for (const each of document.querySelectorAll('[data-narrow="closed"]')) each.open = false
const contents = document.querySelector('.contents')
const here = contents?.querySelector('[aria-current="page"]')
if (here) contents.scrollTop = here.offsetTop - contents.clientHeight / 2

// A link to an argument of a field opens what it is folded into.
function openTarget() {
  const target = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)))
  if (!target) return
  for (let each = target.closest('details'); each; each = each.parentElement.closest('details'))
    each.open = true
  target.scrollIntoView()
}
addEventListener('hashchange', openTarget)
openTarget()
