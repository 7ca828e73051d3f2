import { lintAudiences } from './audiences.ts'
import { lintDescriptions } from './described.ts'
import type { Lint } from './lint.ts'
import { lintNames } from './named.ts'
import { lintPages } from './paged.ts'
import { lintRequires } from './requires.ts'

/** Every lint of the schema, by the name under which its faults are told. */
export const lints: Record<string, Lint> = {
  description: lintDescriptions,
  name: lintNames,
  pages: lintPages,
  audience: lintAudiences,
  requires: lintRequires,
}
