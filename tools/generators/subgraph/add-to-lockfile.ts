interface Lockfile {
  packages: Record<string, object>
}

/** Adds an app to package-lock.json as npm would: the package of the workspace, and the link to it. */
export function addToLockfile(text: string, app: string): string {
  const lockfile = JSON.parse(text) as Lockfile
  const added = {
    [`apps/${app}`]: { name: `@commonchart/${app}`, version: '0.0.0', license: 'Apache-2.0' },
    [`node_modules/@commonchart/${app}`]: { resolved: `apps/${app}`, link: true },
  }
  const entries = Object.entries({ ...lockfile.packages, ...added })
  entries.sort(([one], [other]) => one.localeCompare(other, 'en'))
  return `${JSON.stringify({ ...lockfile, packages: Object.fromEntries(entries) }, null, 2)}\n`
}
