import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sendInLanes, subjectsOf } from './lanes.ts'

interface Item {
  name: string
  subjects: string[]
}

const item = (name: string, ...subjects: string[]): Item => ({ name, subjects })

async function sendAll(
  items: Item[],
  { fails = [], blocked = [], most = Infinity }: { fails?: string[]; blocked?: string[]; most?: number } = {},
) {
  const sent: string[] = []
  let underWay = 0
  let together = 0
  const told: Record<string, string> = {}
  await sendInLanes(items, {
    atOnce: 4,
    isHeldBack: ({ subjects }) => subjects.some((each) => blocked.includes(each)),
    subjectsOf: ({ subjects }) => subjects,
    mayGoOn: () => sent.length < most,
    onOutcome: ({ name }, outcome) => void (told[name] = outcome),
    async send({ name }) {
      sent.push(name)
      underWay += 1
      together = Math.max(together, underWay)
      await new Promise(setImmediate)
      underWay -= 1
      return !fails.includes(name)
    },
  })
  return { sent, together, told }
}

test('those of one subject are sent one after the other, those of others at the same time', async () => {
  const { sent, together } = await sendAll([
    item('a1', 'a'),
    item('a2', 'a'),
    item('b1', 'b'),
    item('c1', 'c'),
    item('a3', 'a'),
  ])
  assert.deepEqual(
    sent.filter((name) => name.startsWith('a')),
    ['a1', 'a2', 'a3'],
  )
  assert.equal(sent.length, 5)
  assert.equal(together, 3)
})

test('one that fails holds back those behind it of its subject, and no other', async () => {
  const items = [item('a1', 'a'), item('b1', 'b'), item('a2', 'a'), item('b2', 'b'), item('c1', 'c')]
  const { told } = await sendAll(items, { fails: ['a1'], blocked: ['c'] })
  assert.deepEqual(told, { a1: 'failed', a2: 'held', b1: 'acknowledged', b2: 'acknowledged', c1: 'held' })
})

test('a merge comes between what was before and after it in both charts', async () => {
  const items = [item('a1', 'a'), item('b1', 'b'), item('ab', 'a', 'b'), item('a2', 'a'), item('b2', 'b')]
  const { sent } = await sendAll(items)
  assert.deepEqual(sent.slice(0, 2).sort(), ['a1', 'b1'])
  assert.equal(sent[2], 'ab')
  const { told } = await sendAll(items, { fails: ['a1'] })
  assert.deepEqual(told, { a1: 'failed', b1: 'acknowledged', ab: 'held', a2: 'held', b2: 'held' })
  const merge = { topic: 'patient.merged', patientId: '1', recordId: '2' }
  assert.deepEqual(subjectsOf(merge), ['patient 1', 'patient 2'])
})

test('when it is to end, nothing is sent that was not begun, and nothing overtakes it', async () => {
  const items = [item('a1', 'a'), item('b1', 'b'), item('a2', 'a'), item('b2', 'b')]
  const { told } = await sendAll(items, { most: 2 })
  assert.deepEqual(told, { a1: 'acknowledged', b1: 'acknowledged', a2: 'left', b2: 'left' })
})
