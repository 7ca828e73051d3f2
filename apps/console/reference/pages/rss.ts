import { escape } from '../html/html.ts'
import { idOf, type Release } from '../changes/releases.ts'
import { newsWords } from './news-words.ts'
import { prefixOf } from './site.ts'
import { words, type Language } from './words.ts'

/**
 * The releases as an RSS 2.0 feed. The address of the site is not known when the pages are built, so that links are those of
 * `origin`, and an item is known by its id rather than by its address.
 */
export function writeFeed(releases: Release[], language: Language, origin: string): string {
  const page = `${origin}${prefixOf(language)}/whats-new/index.html`
  const texts = newsWords[language]
  const items = releases.map((release) => {
    const id = idOf(release)
    const text = release.groups
      .map(({ sentence, changes }) => {
        const [first] = changes
        return `<p><strong>${escape(texts[first?.criticality ?? 'safe'])}</strong>: ${escape(sentence[language])}</p>`
      })
      .join('')
    return `<item>
<title>${escape(release.title[language])}</title>
<link>${escape(`${page}#${id}`)}</link>
<guid isPermaLink="false">commonchart-api-${id}</guid>
<pubDate>${new Date(`${release.date}T12:00:00Z`).toUTCString()}</pubDate>
<description>${escape(text)}</description>
</item>`
  })
  return `<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom">
<channel>
<title>Commonchart · ${escape(words[language].whatsNew)}</title>
<link>${escape(page)}</link>
<atom:link href="${escape(`${origin}${prefixOf(language)}/whats-new.rss`)}" rel="self" type="application/rss+xml"/>
<description>${escape(texts.lead)}</description>
<language>${language}-ca</language>
${items.join('\n')}
</channel>
</rss>
`
}
