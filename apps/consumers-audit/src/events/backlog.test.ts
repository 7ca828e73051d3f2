import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createBacklog } from './backlog.ts'

test('writes are done one after the other, and whoever adds one too many waits for the oldest', async () => {
  const backlog = createBacklog(2)
  const begun: string[] = []
  const ends: (() => void)[] = []
  const write = (name: string) => () =>
    new Promise<void>((done) => {
      begun.push(name)
      ends.push(done)
    })
  await backlog.add(write('a'))
  await backlog.add(write('b'))
  let isAdded = false
  const third = backlog.add(write('c')).then(() => (isAdded = true))
  await new Promise(setImmediate)
  assert.deepEqual([begun, isAdded], [['a'], false])
  ends[0]?.()
  await third
  assert.deepEqual(begun, ['a', 'b'])
  ends[1]?.()
  await new Promise(setImmediate)
  ends[2]?.()
  await backlog.finish()
  assert.deepEqual(begun, ['a', 'b', 'c'])
})

test('after a write that failed none is begun, and who waits gets its error', async () => {
  const backlog = createBacklog(2)
  const begun: string[] = []
  await backlog.add(() => Promise.reject(new Error('lost')))
  await backlog.add(() => Promise.resolve(void begun.push('b')))
  await assert.rejects(
    backlog.add(() => Promise.resolve(void begun.push('c'))),
    /lost/,
  )
  await assert.rejects(backlog.finish(), /lost/)
  await backlog.settle()
  assert.deepEqual(begun, [])
})
