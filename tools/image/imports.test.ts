import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listImportedPackages } from './imports.ts'

test('a package counts in whichever way it is imported', () => {
  const source = `
    import pg from 'pg'
    import 'pino'
    import {
      sql,
    } from 'kysely'
    import { Migrator } from 'kysely/migration'
    export { handler } from '@apollo/server/plugin/disabled'
    const seed = await import('@faker-js/faker')`
  assert.deepEqual(listImportedPackages(source), [
    'pg',
    'pino',
    'kysely',
    '@apollo/server',
    '@faker-js/faker',
  ])
})

test('types, the modules of Node and files of the project need no package', () => {
  const source = `
    import type { Kysely } from 'kysely'
    import type {
      Pool,
    } from 'pg'
    import { readFileSync } from 'node:fs'
    import { open } from './open.ts'
    export type { Logger } from 'pino'`
  assert.deepEqual(listImportedPackages(source), [])
})
