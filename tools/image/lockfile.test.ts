import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listRuntimeFolders } from './lockfile.ts'

const packages = {
  'node_modules/a': {
    dependencies: { b: '^1.0.0', '@types/b': '*' },
    peerDependencies: { graphql: '*', typescript: '*' },
    peerDependenciesMeta: { typescript: { optional: true } },
  },
  'node_modules/a/node_modules/b': { dependencies: { c: '*' }, optionalDependencies: { absent: '*' } },
  'node_modules/b': {},
  'node_modules/c': { dependencies: { b: '^2.0.0' } },
  'node_modules/graphql': {},
  'node_modules/typescript': {},
  'node_modules/unused': {},
  'node_modules/@types/b': {},
}

test('what a package needs is found where Node finds it, in the version that Node takes', () => {
  assert.deepEqual(listRuntimeFolders(packages, ['a']), [
    'node_modules/a',
    'node_modules/a/node_modules/b',
    'node_modules/b',
    'node_modules/c',
    'node_modules/graphql',
  ])
})

test('a needed package that is not installed is named', () => {
  assert.throws(
    () => listRuntimeFolders(packages, ['nowhere']),
    /nowhere, which the app imports, is not installed/,
  )
})
