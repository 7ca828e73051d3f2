import { html, type Content, type Html } from '../html/html.ts'
import { inline, isOurs } from './description.ts'
import type { Page } from './layout.ts'
import { overviewTexts } from './overview-texts.ts'
import { codeBlock } from './parts.ts'
import type { Site } from './site.ts'
import { areaNames } from './words.ts'

/** The first page: how to ask, and every query and mutation by area. */
export function overviewPage(site: Site): Page {
  const { words, language, url, model } = site
  const texts = overviewTexts[language]
  return {
    path: 'reference/index.html',
    title: words.reference,
    hasContents: true,
    body: html`<h1>${words.reference}</h1>
      <p class="lead">${texts.lead}</p>
      <ul class="downloads">
        <li><a class="button" href="/reference/schema.graphql" download>${words.schemaDownload}</a></li>
        <li>
          <a class="button" href="/reference/introspection.json" download>${words.introspectionDownload}</a>
        </li>
        <li><a href="${url('whats-new/index.html')}">${words.whatsNew}</a></li>
      </ul>
      <section aria-labelledby="page-authenticate">
        <h2 id="page-authenticate">${texts.authenticate}</h2>
        <ol class="steps">
          ${texts.steps.map((step) => html`<li>${inline(site, step)}</li>`)}
        </ol>
        ${codeBlock('text', curl, 'curl')}
      </section>
      <section aria-labelledby="page-rules">
        <h2 id="page-rules">${texts.rules}</h2>
        <dl class="rules">
          ${texts.conventions.map(
            ([name, text]) =>
              html`<dt>${name}</dt>
                <dd>${inline(site, text)}</dd>`,
          )}
        </dl>
      </section>
      ${model.ownership.areas.map((area) => [areaList(site, area, 'query'), areaList(site, area, 'mutation')])}
      <p class="next">
        <a href="${url('reference/types/index.html')}">${words.allTypes}</a> ·
        <a href="${url('reference/errors.html')}">${words.errors}</a>
      </p>`,
  }
}

const curl = `curl https://YOUR-DOMAIN/graphql \\
  -H "authorization: Bearer $TOKEN" \\
  -H "content-type: application/json" \\
  -d '{ "query": "{ patients(first: 3) { nodes { id fullName } } }" }'`

function areaList(site: Site, area: string, kind: 'query' | 'mutation'): Content {
  const { words, language, model, rootUrl } = site
  const roots = model.roots
    .filter((root) => root.area === area && root.kind === kind)
    .sort((one, other) => one.name.localeCompare(other.name, 'en'))
  if (roots.length === 0) return null
  const id = `${area}-${kind}`
  const entry = ({ name, field }: (typeof roots)[number]): Html =>
    html`<dt>
        <a href="${rootUrl(kind, name)}"><code>${name}</code></a>
      </dt>
      <dd ${language !== 'en' && html`lang="en"`}>${inline(site, firstSentence(field.description))}</dd>`
  return html`<section aria-labelledby="${id}">
    <h2 id="${id}">
      ${areaNames[language][area] ?? area}: ${kind === 'query' ? words.queries : words.mutations}
    </h2>
    <dl class="roots">${roots.map(entry)}</dl>
  </section>`
}

/** The first sentence of a description, without the mark of what is ours. */
export function firstSentence(description: string | null | undefined): string {
  const text = (isOurs(description) ? description?.replace(/\s*\(ours\)\s*/g, ' ') : description) ?? ''
  return (/^[\s\S]*?[.](?=\s|$)/.exec(text.trim())?.[0] ?? text).replace(/\s+/g, ' ').trim()
}
