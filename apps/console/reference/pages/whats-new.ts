import type { Criticality, Deprecation } from '@commonchart/schema-changes'
import { html, type Content, type Html } from '../html/html.ts'
import { idOf, type ChangeGroup, type Release, type ReleasedChange } from '../changes/releases.ts'
import { inline } from './description.ts'
import type { Page } from './layout.ts'
import { anchored } from './parts.ts'
import type { Site } from './site.ts'
import { dateOf, newsWords } from './news-words.ts'

/** What was released and what is yet to be. */
export interface News {
  releases: Release[]
  /** Changes that no release tells yet. */
  unreleased: ReleasedChange[]
  unreleasedDeprecations: Deprecation[]
}

const criticalities: Criticality[] = ['breaking', 'dangerous', 'safe']

/** The page of releases, the newest first. */
export function whatsNewPage(site: Site, news: News): Page {
  const { words, language } = site
  const texts = newsWords[language]
  return {
    path: 'whats-new/index.html',
    title: words.whatsNew,
    hasContents: false,
    body: html`<h1>${words.whatsNew}</h1>
      <p class="lead">${texts.lead}</p>
      <p><a class="button" href="${site.url('whats-new.rss')}">${texts.feed}</a></p>
      ${deprecations(site, news)} ${news.unreleased.length > 0 && unreleased(site, news)}
      ${news.releases.map((release) => releaseEntry(site, release))}`,
  }
}

function releaseEntry(site: Site, release: Release): Html {
  const { language } = site
  const id = idOf(release)
  return html`<article class="release" aria-labelledby="${id}">
    <p class="date"><time datetime="${release.date}">${dateOf(release.date, language)}</time></p>
    <h2 id="${id}">${anchored(site, id, release.title[language], release.title[language])}</h2>
    ${criticalities.map((criticality) => {
      const groups = release.groups.filter(({ changes }) => changes[0]?.criticality === criticality)
      return groups.length > 0 && groupsOf(site, criticality, groups)
    })}
    ${
      release.deprecations.length > 0 &&
      html`<h3>${newsWords[language].deprecated}</h3>
        ${deprecationList(site, release.deprecations)}`
    }
  </article>`
}

function groupsOf(site: Site, criticality: Criticality, groups: ChangeGroup[]): Html {
  const texts = newsWords[site.language]
  return html`<h3 class="${criticality}">${texts[criticality]}</h3>
    <ul class="groups">
      ${groups.map(
        ({ sentence, changes }) =>
          html`<li>
            <p>${inline(site, sentence[site.language])}</p>
            ${changeList(site, changes)}
          </li>`,
      )}
    </ul>`
}

function unreleased(site: Site, { unreleased: changes }: News): Html {
  const texts = newsWords[site.language]
  return html`<article class="release" aria-labelledby="unreleased">
    <h2 id="unreleased">${texts.unreleased}</h2>
    <p>${texts.unreleasedMeaning}</p>
    ${criticalities.map((criticality) => {
      const of = changes.filter((change) => change.criticality === criticality)
      return (
        of.length > 0 &&
        html`<h3 class="${criticality}">${texts[criticality]}</h3>
          ${changeList(site, of)}`
      )
    })}
  </article>`
}

function changeList({ language }: Site, changes: ReleasedChange[]): Html {
  const texts = newsWords[language]
  return html`<details>
    <summary>${texts.changes} (${changes.length})</summary>
    <ul class="changes" ${language !== 'en' && html`lang="en"`}>
      ${changes.map(({ message }) => html`<li>${quoted(message)}</li>`)}
    </ul>
  </details>`
}

/** What the comparison puts between quotes is code. */
function quoted(message: string): Content {
  return message.split(/'([^']+)'/).map((part, at) => (at % 2 === 1 ? html`<code>${part}</code>` : part))
}

function deprecations(site: Site, { releases, unreleasedDeprecations }: News): Content {
  const texts = newsWords[site.language]
  const dated = releases.flatMap(({ date, deprecations: of }) => of.map((each) => ({ ...each, date })))
  if (dated.length + unreleasedDeprecations.length === 0) return null
  const rows = [...unreleasedDeprecations.map((each) => ({ ...each, date: null })), ...dated]
  return html`<details class="deprecations">
    <summary>${texts.deprecated} (${rows.length})</summary>
    <table>
      <thead>
        <tr>
          <th scope="col">${texts.element}</th>
          <th scope="col">${texts.since}</th>
          <th scope="col">${texts.instead}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ({ path, reason, date }) =>
            html`<tr>
              <td><code>${path}</code></td>
              <td>
                ${date ? html`<time datetime="${date}">${dateOf(date, site.language)}</time>` : texts.unreleased}
              </td>
              <td ${site.language !== 'en' && html`lang="en"`}>${inline(site, reason)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </details>`
}

function deprecationList(site: Site, list: Deprecation[]): Html {
  return html`<ul class="groups">
    ${list.map(({ path, reason }) => html`<li><code>${path}</code>: <span ${site.language !== 'en' && html`lang="en"`}>${inline(site, reason)}</span></li>`)}
  </ul>`
}
