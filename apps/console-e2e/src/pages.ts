import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import type { Page } from 'playwright-core'

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')

const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']

/** Where screenshots of pages are kept: written only when SCREENSHOTS is set, so that a test leaves the repository as it is. */
const pictures = fileURLToPath(new URL('../../../docs/img/', import.meta.url))

/** Fails where axe-core finds a violation of WCAG 2.2 A or AA on the page as it is; `except` is what others made and cannot be mended here. */
export async function assertAccessible(page: Page, except: string[] = []): Promise<void> {
  // Evaluated by the browser's debugger, which the page's policy does not hold.
  await page.evaluate(axeSource)
  const violations: unknown = await page.evaluate(`axe
    .run({ include: document, exclude: ${JSON.stringify(except)} }, { runOnly: ${JSON.stringify(rules)} })
    .then(({ violations }) => violations.map(({ id, nodes }) => ({ id, at: nodes.map((node) => node.failureSummary + ' ' + node.target) })))`)
  assert.deepEqual(violations, [], `${page.url()} is not accessible`)
}

/**
 * Looks at a page as it is in both themes: no violation of WCAG, nothing wider than the window at 375 px, and, when
 * SCREENSHOTS is set, pictures of it in docs/img: NAME.png, NAME-dark.png and NAME-phone.png.
 */
export async function lookAt(
  page: Page,
  name: string,
  { except, fullPage = true }: { except?: string[]; fullPage?: boolean } = {},
): Promise<void> {
  const wide = page.viewportSize() ?? { width: 1280, height: 900 }
  for (const [scheme, width] of [
    ['light', wide.width],
    ['dark', wide.width],
    ['light', 375],
  ] as const) {
    await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' })
    await page.setViewportSize({ width, height: wide.height })
    // The page hears of the scheme, then draws it; from its top, where what stays in place has its place.
    await page.evaluate(
      'scrollTo(0, 0), new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))',
    )
    // The same elements stand on a phone, in another place: what axe judges of them it has judged.
    if (width !== 375) await assertAccessible(page, except)
    const overflow: number = await page.evaluate('document.documentElement.scrollWidth - innerWidth')
    assert.ok(overflow <= 0, `${name} is ${overflow} px wider than a window of ${width} px`)
    const suffix = width === 375 ? '-phone' : scheme === 'dark' ? '-dark' : ''
    if (process.env.SCREENSHOTS) await page.screenshot({ path: `${pictures}${name}${suffix}.png`, fullPage })
  }
  await page.emulateMedia({ colorScheme: 'light' })
  await page.setViewportSize(wide)
}

/** Collects what goes wrong in a page: errors of scripts, refusals of its policy, requests that leave the origin. */
export function watchPage(page: Page, origin: string): { faults: string[] } {
  const faults: string[] = []
  page.on('pageerror', (error) => faults.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) faults.push(message.text())
  })
  page.on('request', (request) => {
    const url = new URL(request.url())
    if (['http:', 'https:', 'ws:', 'wss:'].includes(url.protocol) && url.origin !== origin)
      faults.push(`left for ${url}`)
  })
  return { faults }
}
