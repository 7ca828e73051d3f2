import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { writeErrors } from './errors.ts'

test('docs/errors.md says what the catalogue says', async () => {
  assert.equal(readFileSync(new URL('../../docs/errors.md', import.meta.url), 'utf8'), await writeErrors())
})
