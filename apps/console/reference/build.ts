/** `node apps/console/reference/build.ts`: writes the API reference and What's new to `apps/console/dist/reference`. */
import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { compareDeprecations, compareSchemas } from '@commonchart/schema-changes'
import { introspectionFromSchema } from 'graphql'
import { readReleasedSchema, readReleases } from './changes/releases.ts'
import { readModel } from './model/read-model.ts'
import { frame, type Page } from './pages/layout.ts'
import { errorsPage, typesPage } from './pages/lists.ts'
import { overviewPage } from './pages/overview.ts'
import { rootFieldPage } from './pages/root-field.ts'
import { writeFeed } from './pages/rss.ts'
import { writeSearchIndex } from './pages/search-index.ts'
import { createSite, prefixOf } from './pages/site.ts'
import { typePage } from './pages/type.ts'
import { whatsNewPage } from './pages/whats-new.ts'
import { languages } from './pages/words.ts'

/**
 * Writes every page of the reference and of What's new, in each language, with what they need, into a folder that a server
 * serves under `/`. Links in the feed begin with `origin`, which the server replaces by its own. Gives the paths of the pages.
 */
export async function buildReference({
  outDir,
  origin = 'https://console.invalid',
}: {
  outDir: string
  origin?: string
}): Promise<string[]> {
  const model = readModel()
  const released = readReleasedSchema()
  const releases = readReleases()
  const news = {
    releases,
    unreleased: await compareSchemas(released, model.schemaText),
    unreleasedDeprecations: compareDeprecations(released, model.schemaText),
  }
  rmSync(outDir, { recursive: true, force: true })
  const write = (path: string, text: string): void => {
    const file = join(outDir, path)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text)
  }
  const paths: string[] = []
  for (const language of languages) {
    const site = createSite(model, language)
    const pages: Page[] = [
      ...[overviewPage(site), typesPage(site), errorsPage(site), whatsNewPage(site, news)],
      ...model.roots.map((root) => rootFieldPage(site, root)),
      ...model.types.map((type) => typePage(site, type)),
    ]
    for (const page of pages) {
      const path = `${prefixOf(language)}/${page.path}`.slice(1)
      write(language === 'en' ? page.path : path, frame(site, page))
      paths.push(language === 'en' ? page.path : path)
    }
    write(`${prefixOf(language)}/whats-new.rss`, writeFeed(releases, language, origin))
  }
  write('reference/schema.graphql', model.schemaText)
  write(
    'reference/introspection.json',
    `${JSON.stringify({ data: introspectionFromSchema(model.schema) })}\n`,
  )
  write('reference/assets/search.json', writeSearchIndex(model))
  cpSync(new URL('assets/', import.meta.url), join(outDir, 'reference/assets'), { recursive: true })
  return paths
}

if (import.meta.main) {
  const outDir = fileURLToPath(new URL('../dist/reference/', import.meta.url))
  const paths = await buildReference({ outDir })
  process.stdout.write(`written: ${paths.length} pages to apps/console/dist/reference\n`)
}
