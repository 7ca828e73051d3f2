import { existsSync } from 'node:fs'
import { chromium, type Browser } from 'playwright-core'

/** Where Debian's Chromium is; CHROMIUM names another. */
const executablePath = process.env.CHROMIUM || '/usr/bin/chromium'

/** Why tests in a browser are skipped, or false where they run. In CI a missing browser is a fault, not a reason. */
export const skipWithoutBrowser: string | false =
  existsSync(executablePath) || process.env.CI ? false : `there is no ${executablePath}`

/** Starts a browser that speaks to nobody but the pages it opens. Must be closed. */
export function startBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}
