import assert from 'node:assert/strict'
import { test } from 'node:test'
import { describeError } from './describe-error.ts'

test('a log keeps nothing that hangs on an error but its code and constraint', () => {
  const error = Object.assign(new Error('it broke'), {
    ...{ code: '57P01', constraint: 'once', client: { secretKey: 7 }, detail: 'Key (email)=(a@b.test)' },
  })
  const { stack, ...rest } = describeError(error)
  assert.deepEqual(rest, { type: 'Error', message: 'it broke', code: '57P01', constraint: 'once' })
  assert.match(stack ?? '', /describe-error\.test/)
})

test('what PostgreSQL says of a value is left out, in the message and in the stack', () => {
  const error = Object.assign(new Error('invalid input syntax for type date: "Ada Lovelace"'), {
    code: '22007',
  })
  assert.doesNotMatch(
    JSON.stringify(describeError(new Error('a change failed', { cause: error }))),
    /Lovelace/,
  )
})

test('something that is no error is told of without being shown', () => {
  assert.deepEqual(describeError('secret'), {
    type: 'string',
    message: 'something that is no error was thrown',
  })
})
