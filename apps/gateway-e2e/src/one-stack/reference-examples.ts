import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { createConsumer, factsOf, type TestConsumer } from '../consumers.ts'
import {
  isAlike,
  readShownExamples,
  writeShownExamples,
  type ShownExample,
} from '../reference-examples/keep-examples.ts'
import { fillExample, readExamples } from '../reference-examples/read-examples.ts'
import { seedForExamples } from '../reference-examples/seed-examples.ts'
import { readPublicSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

let stack: Stack
let program: TestConsumer
let scopeless: TestConsumer
let answers: Record<string, unknown>
before(async () => {
  stack = await openStack()
  answers = await seedForExamples(stack.south)
  program = await createConsumer(stack, stack.south, { name: 'Patient portal' })
  scopeless = await createConsumer(stack, stack.south, { name: 'Scopeless', scopes: [] })
})
after(() => stack.stop())

const schema = readPublicSchema()
const templates = readExamples()
const ran: ShownExample[] = []

test('every root field of the graph of programs has one example', () => {
  const roots = [schema.getQueryType(), schema.getMutationType()].flatMap((type) =>
    Object.keys(type?.getFields() ?? {}).map((name) => `${type?.name}.${name}`),
  )
  assert.deepEqual(templates.map(({ field }) => field).sort(), roots.sort())
})

test('every example of the reference is answered without errors', async () => {
  for (const template of templates) {
    const query = fillExample(template, answers)
    const needed = factsOf(await scopeless.ask(query)).scopes as string[]
    const { body, text } = await program.ask(query)
    assert.equal(body.errors, undefined, `${query}\n${text}`)
    assert.ok(body.data?.[template.key], `${query}\n${text}`)
    answers[template.key] = body.data[template.key]
    ran.push({ field: template.field, query, scopes: needed.sort(), answer: body })
  }
})

test('the reference shows examples and answers as they are', async () => {
  if (process.env.COMMONCHART_WRITE_EXAMPLES) await writeShownExamples(ran)
  const shown = new Map(readShownExamples().map((example) => [example.field, example]))
  const stale = ran.filter((example) => {
    const before = shown.get(example.field)
    return !before || !isAlike(before, example)
  })
  assert.deepEqual(
    stale.map(({ field }) => field),
    [],
    'run `npm run reference:examples` and look at what it changes',
  )
  assert.equal(shown.size, ran.length)
})
