import assert from 'node:assert/strict'
import { test } from 'node:test'
import { localize, nameColumns, nameIn } from './localized.ts'

test('a text is given in the reader’s language, and in the other one where there is none', () => {
  assert.equal(localize({ language: 'en' }, 'Allergy', 'Allergie'), 'Allergy')
  assert.equal(localize({ language: 'fr' }, 'Allergy', 'Allergie'), 'Allergie')
  assert.equal(localize({ language: 'fr' }, 'Allergy', null), 'Allergy')
  assert.equal(localize({ language: 'en' }, null, 'Allergie'), 'Allergie')
  assert.equal(localize({ language: 'fr' }, null, null), null)
  assert.equal(nameIn({ language: 'fr' }, { name: 'Smoker', nameFr: 'Fumeur' }), 'Fumeur')
})

test('a name without a French form is found in French by its English one', () => {
  assert.deepEqual(nameColumns({ name: 'Élan  Two', nameFr: null }), {
    name: 'Élan  Two',
    nameFr: null,
    nameKey: 'elan two',
    nameFrKey: 'elan two',
  })
})
