import type { Tree } from '@nx/devkit'
import { edit, insertBefore } from '../edit-text.ts'

/** What people call an area. */
export interface AreaTitle {
  en: string
  fr: string
}

/** Lets the console and the API reference show an area by its name: where scopes are given, and beside what it answers. */
export function addToConsole(tree: Tree, name: string, title: AreaTitle): void {
  const key = /^[a-z]+$/.test(name) ? name : `'${name}'`
  edit(tree, 'apps/console/web/consumers/restrictions.ts', (text) =>
    text.replace(/^(export const areas = \[.*)\] as const$/m, `$1, '${name}'] as const`),
  )
  edit(tree, 'apps/console/reference/model/areas.ts', (text) =>
    text.replace(/^(const order = \[.*)\]$/m, `$1, '${name}']`),
  )
  for (const language of ['en', 'fr'] as const) {
    edit(tree, `apps/console/web/texts/${language}/consumers.json`, (text) => {
      const texts = JSON.parse(text) as { scopes: { areas: Record<string, string> } }
      texts.scopes.areas[name] = title[language]
      return `${JSON.stringify(texts, null, 2)}\n`
    })
    edit(tree, 'apps/console/reference/pages/words.ts', (text) => {
      const [line] = new RegExp(`^ {2}${language}: \\{ patients: .* \\},$`, 'm').exec(text) ?? [
        'no names of areas',
      ]
      return insertBefore(text, line, '').replace(
        line,
        line.replace(/ \},$/, `, ${key}: ${quote(title[language])} },`),
      )
    })
  }
}

function quote(text: string): string {
  return text.includes("'") ? JSON.stringify(text) : `'${text}'`
}
