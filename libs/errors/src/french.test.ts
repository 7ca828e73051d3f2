import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { errorCatalogue } from './catalogue.ts'
import { frenchMessages, frenchRules, tellInFrench, warnInFrench } from './french.ts'

test('every code has its text in French', () => {
  assert.deepEqual(Object.keys(frenchMessages).sort(), Object.keys(errorCatalogue).sort())
})

test('every rule and every warning that the programs name has its text in French', () => {
  const folder = new URL('../../../', import.meta.url)
  const files = globSync('{apps,libs}/*/src/**/*.ts', { cwd: folder }).filter(
    (name) => !name.endsWith('.test.ts') && !name.startsWith('apps/gateway-e2e'),
  )
  const named = files.flatMap((name) => {
    const text = readFileSync(new URL(name, folder), 'utf8')
    const calls = /(?:\b(?:add|warn)\((?:[^;]{0,200}?,)?\s*|\brule: )'([A-Z][A-Z_]{2,})'/g
    return [...text.matchAll(calls)].map(([, rule = '']) => rule)
  })
  assert.ok(new Set(named).size > 30, `${new Set(named).size} rules were found`)
  const missing = [...new Set(named)].filter((rule) => !Object.hasOwn(frenchRules, rule))
  assert.deepEqual(missing, [])
})

test('an error is told in French with its code, its paths and its facts', () => {
  const violations = [
    { path: 'input.name', rule: 'REQUIRED', message: 'It must not be blank.' },
    { path: 'input.x', rule: 'UNKNOWN_RULE', message: 'Some rule.' },
  ]
  const error = {
    message: 'The input breaks 2 rules.',
    path: ['x'],
    extensions: { code: 'VALIDATION_FAILED', violations },
  }
  assert.deepEqual(tellInFrench(error), {
    message: frenchMessages.VALIDATION_FAILED,
    path: ['x'],
    extensions: {
      code: 'VALIDATION_FAILED',
      violations: [{ ...violations[0], message: frenchRules.REQUIRED }, violations[1]],
    },
  })
})

test('what an error says of a place in the document stays behind the French text', () => {
  const told = tellInFrench({
    message: 'Cannot query field "x".',
    extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
  })
  assert.equal(told.message, 'La requête n’est pas conforme au schéma. (Cannot query field "x".)')
})

test('a warning is told in French, and one without a French text as it is', () => {
  assert.equal(
    warnInFrench({ code: 'PAGE_CLAMPED', message: 'm', path: 'first' }).message,
    frenchRules.PAGE_CLAMPED,
  )
  assert.deepEqual(warnInFrench({ code: 'NEW', message: 'm' }), { code: 'NEW', message: 'm' })
})
