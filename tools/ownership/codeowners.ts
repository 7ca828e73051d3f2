/** A line of CODEOWNERS: whom a change below a path asks. */
export interface OwnerLine {
  path: string
  owners: string[]
}

/** Reads CODEOWNERS, without comments and empty lines. Throws for a line that names nobody. */
export function readOwners(text: string): OwnerLine[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .map((line) => {
      const [path = '', ...owners] = line.trim().split(/\s+/)
      if (owners.length === 0 || !owners.every((owner) => /^@[\w-]+(?:\/[\w.-]+)?$/.test(owner)))
        throw new Error(`CODEOWNERS does not say who owns ${path}`)
      return { path, owners }
    })
}

/** The lines that fit a file, the last of which counts. Paths are `*`, or folders from the root, as `/apps/patients/`. */
export function linesFor(lines: OwnerLine[], file: string): OwnerLine[] {
  return lines.filter(({ path }) => path === '*' || `/${file}`.startsWith(path))
}
