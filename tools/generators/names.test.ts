import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readFields } from './fields.ts'
import { readNames, readSubgraphName } from './names.ts'

test('a name takes the form of wherever it stands', () => {
  assert.deepEqual(readNames('CarePlan'), {
    ...{ pascal: 'CarePlan', camel: 'carePlan', snake: 'care_plan', kebab: 'care-plan' },
    ...{ words: 'care plan', aWords: 'A care plan' },
    plural: {
      ...{ pascal: 'CarePlans', camel: 'carePlans', snake: 'care_plans', kebab: 'care-plans' },
      words: 'care plans',
    },
  })
  assert.equal(readNames('Allergy').plural.pascal, 'Allergies')
  assert.equal(readNames('Dose').plural.pascal, 'Doses')
  assert.equal(readNames('Box').plural.pascal, 'Boxes')
  assert.equal(readNames('Diagnosis', 'Diagnoses').plural.camel, 'diagnoses')
  assert.equal(readNames('Errand').aWords, 'An errand')
})

test('what cannot be a type of the graph is refused', () => {
  for (const name of [
    'carePlan',
    'Care Plan',
    'Care-Plan',
    'A',
    '',
    'Query',
    'Patient',
    'CarePlanInput',
    '1st',
  ])
    assert.throws(() => readNames(name), { name: 'Refused' }, name)
  assert.throws(() => readNames('Series', 'Series'), /--plural/)
})

test('a subgraph is called in small letters and hyphens, and not as a second process of another', () => {
  for (const name of ['tasks', 'care-plans', 'x12']) assert.equal(readSubgraphName(name), name)
  for (const name of ['Tasks', 'care_plans', '-tasks', 'tasks-', 'patients-2', '../x', ''])
    assert.throws(() => readSubgraphName(name), { name: 'Refused' }, name)
})

test('fields have a name, a type, and a mark when they must be given', () => {
  const [title, due] = readFields('title:String!, dueOn: Date')
  assert.deepEqual(
    [title?.column, title?.isRequired, title?.sql, title?.graph],
    ['title', true, 'text', 'String'],
  )
  assert.deepEqual(
    [due?.column, due?.isRequired, due?.sql, due?.graph],
    ['due_on', false, 'date', 'ISO8601Date'],
  )
})

test('everything that is wrong with fields is said at once', () => {
  assert.throws(
    () => readFields('Title:String,id:Int,order:Int,a:Money,b,c:Int,c:Int,class:Int'),
    (error: Error) => {
      assert.equal(error.name, 'Refused')
      for (const part of [
        'Title',
        'id is there',
        'order is a word of SQL',
        'Money',
        '"b"',
        'c is there twice',
        'class is a word of the code',
      ])
        assert.ok(error.message.includes(part), `${part} in: ${error.message}`)
      return true
    },
  )
})
