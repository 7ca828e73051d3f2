import { html, trusted, type Content, type Html } from '../html/html.ts'
import { rootPath, prefixOf, type Site } from './site.ts'
import { areaNames, languages, type Words } from './words.ts'

/** A page before it stands in its frame. */
export interface Page {
  /** Where it is, the same in every language, such as `reference/types/Patient.html`. */
  path: string
  title: string
  /** The pages above it, from the top. */
  above?: { title: string; path: string }[]
  body: Content
  /** Whether it has the contents of the reference beside it. */
  hasContents: boolean
  /** What it gains with JavaScript beyond what every page does: a file among the assets. */
  script?: string
}

/** Writes a whole page. It has no inline script and no inline style. */
export function frame(site: Site, page: Page): string {
  const { words, language, url } = site
  const other = languages.find((each) => each !== language) ?? language
  const crumbs = [...(page.above ?? []).map((each) => html`<a href="${url(each.path)}">${each.title}</a>`)]
  return html`${trusted('<!doctype html>')}
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${page.title} · Commonchart</title>
        <link rel="icon" type="image/svg+xml" href="/reference/assets/icon.svg" />
        <link rel="stylesheet" href="/reference/assets/reference.css" />
        <link rel="alternate" hreflang="${other}" href="${prefixOf(other)}/${page.path}" />
        <link
          rel="alternate"
          type="application/rss+xml"
          title="${words.whatsNew}"
          href="${url('whats-new.rss')}"
        />
        <script src="/reference/assets/colours.js"></script>
        <script src="/reference/assets/reference.js" type="module"></script>
        ${page.script && html`<script src="/reference/assets/${page.script}" type="module"></script>`}
      </head>
      <body>
        <a class="skip" href="#page-content">${words.skip}</a>
        ${header(site, page)}
        <div class="columns${page.hasContents ? '' : ' no-contents'}">
          ${page.hasContents && contents(site, page)}
          <main id="page-content" tabindex="-1">
            ${
              crumbs.length > 0 &&
              html`<nav class="crumbs" aria-label="${words.breadcrumbs}">
                <ol>
                  ${[...crumbs, html`<span aria-current="page">${page.title}</span>`].map((each) => html`<li>${each}</li>`)}
                </ol>
              </nav>`
            }
            ${page.body}
          </main>
        </div>
      </body>
    </html> `.markup
}

function header({ words, language, url }: Site, { path }: Page): Html {
  const other = languages.find((each) => each !== language) ?? language
  const links: [string, string, boolean][] = [
    [words.reference, url('reference/index.html'), path.startsWith('reference/')],
    [words.whatsNew, url('whats-new/index.html'), path.startsWith('whats-new/')],
    [words.explorer, '/explorer', false],
    [words.console, '/', false],
  ]
  return html`<header class="top">
    <a class="brand" href="${url('reference/index.html')}">Commonchart</a>
    <nav class="sections" aria-label="Commonchart">
      <ul>
        ${links.map(
          ([title, target, isHere]) =>
            html`<li><a href="${target}" ${isHere && trusted('aria-current="true"')}>${title}</a></li>`,
        )}
      </ul>
    </nav>
    <div
      class="search"
      id="page-search"
      hidden
      data-kinds="${JSON.stringify(kindNames(words))}"
      data-index="/reference/assets/search.json"
      data-prefix="${prefixOf(language)}"
      data-empty="${words.noResults}"
      data-results="${words.results}"
      data-copy="${words.copy}"
      data-copied="${words.copied}"
      data-colours="${words.colours}"
      data-colours-auto="${words.coloursAuto}"
      data-colours-light="${words.coloursLight}"
      data-colours-dark="${words.coloursDark}"
    >
      <input
        id="page-search-input"
        type="search"
        role="combobox"
        autocomplete="off"
        spellcheck="false"
        aria-label="${words.search}"
        placeholder="${words.searchHint}"
        aria-expanded="false"
        aria-controls="page-search-results"
        aria-autocomplete="list"
      />
      <kbd aria-hidden="true">/</kbd>
      <ul id="page-search-results" role="listbox" aria-label="${words.search}" hidden></ul>
      <p class="unseen" role="status" id="page-search-status"></p>
    </div>
    <a class="language" lang="${other}" hreflang="${other}" href="${prefixOf(other)}/${path}"
      >${words.otherLanguage}</a
    >
  </header>`
}

/** The contents beside each page of the reference; on narrow screens they fold away. */
function contents(site: Site, { path }: Page): Html {
  const { words, language, url, model } = site
  const entry = (to: string, title: Content): Html =>
    html`<li><a href="${url(to)}" ${to === path && trusted('aria-current="page"')}>${title}</a></li>`
  const group = (area: string, kind: 'query' | 'mutation'): Content => {
    const roots = model.roots.filter((root) => root.area === area && root.kind === kind)
    if (roots.length === 0) return null
    const names = roots.map(({ name }) => name).sort((one, other) => one.localeCompare(other, 'en'))
    return html`<h3>${kind === 'query' ? words.queries : words.mutations}</h3>
      <ul>
        ${names.map((name) => entry(rootPath(kind, name), breakable(name)))}
      </ul>`
  }
  return html`<nav class="contents" aria-label="${words.menu}">
    <details open data-narrow="closed">
      <summary>${words.menu}</summary>
      <ul>
        ${[
          entry('reference/index.html', words.overview),
          entry('reference/types/index.html', words.allTypes),
          entry('reference/errors.html', words.errors),
        ]}
      </ul>
      ${model.ownership.areas.map((area) => {
        const groups = [group(area, 'query'), group(area, 'mutation')]
        return (
          groups.some(Boolean) &&
          html`<h2>${areaNames[language][area] ?? area}</h2>
            ${groups}`
        )
      })}
    </details>
  </nav>`
}

/** A long name may be broken where a word in it begins. */
function breakable(name: string): Content {
  return name.split(/(?=[A-Z])/).map((part, at) => (at === 0 ? part : html`<wbr />${part}`))
}

/** What the kinds of the search's entries are called. */
function kindNames(words: Words): Record<string, string> {
  const { query, mutation, object, input, enum: enumeration, interface: face, union, scalar } = words
  const { fieldKind: field, valueKind: value, errorKind: error } = words
  return {
    query,
    mutation,
    object,
    input,
    enum: enumeration,
    interface: face,
    union,
    scalar,
    field,
    value,
    error,
  }
}
