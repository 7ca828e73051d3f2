import assert from 'node:assert/strict'
import { test } from 'node:test'
import { addEntry, addHeritage, addImport, addMember, findConstantOfType } from './edit-source.ts'
import { insertBefore, insertSorted } from './edit-text.ts'

test('an entry is added to what is there, in whichever form it is written', () => {
  const source = (inner: string) => `export const all: Any = {\n  ${inner}\n} satisfies Any\n`
  assert.equal(addEntry(source('a: 1,'), 'all', [], 'b: 2'), source('a: 1, b: 2,'))
  assert.equal(addEntry(source('q: { a: 1 },'), 'all', ['q'], '...x'), source('q: { a: 1, ...x },'))
  assert.equal(addEntry(source('q: {},'), 'all', ['q'], '...x'), source('q: {...x},'))
  assert.equal(addEntry(source('q: known,'), 'all', ['q'], '...x'), source('q: { ...known, ...x },'))
  assert.equal(addEntry(source('q,'), 'all', ['q'], '...x'), source('q: { ...q, ...x },'))
  assert.equal(addEntry(source('a: 1,'), 'all', ['q'], '...x'), source('a: 1, q: { ...x },'))
  assert.equal(addEntry(source("others: ['a'],"), 'all', ['others'], "'b'"), source("others: ['a', 'b'],"))
})

test('what is not there cannot be added to', () => {
  assert.throws(() => addEntry('export const all = make()', 'all', [], 'b: 2'), { name: 'Refused' })
  assert.throws(() => addEntry('', 'all', [], 'b: 2'), /no object all/)
  assert.throws(() => addMember('', 'Tables', 'a: A'), /no interface Tables/)
  assert.throws(() => addHeritage('interface Tables {}', 'Tables', 'More'), /extends nothing/)
})

test('an interface takes one more member or parent, and a source one more import', () => {
  assert.equal(
    addMember('interface Tables {\n  a: A\n}', 'Tables', 'b: B'),
    'interface Tables {\n  a: A\n  b: B\n}',
  )
  assert.equal(
    addHeritage('interface Tables extends Base {}', 'Tables', 'More'),
    'interface Tables extends Base, More {}',
  )
  assert.equal(addImport("import 'a'\n\ncode()", "import 'b'"), "import 'a'\nimport 'b'\n\ncode()")
})

test('the constant of a type is found by its type', () => {
  const source = 'const a = 1\nexport const mine: SubgraphDefinition<Tables> = {}'
  assert.equal(findConstantOfType(source, 'SubgraphDefinition'), 'mine')
  assert.equal(findConstantOfType('const a = 1', 'SubgraphDefinition'), undefined)
})

test('a line stands in the order of the keys, and never twice', () => {
  const text = "export const all = {\n  'a.made': '1',\n  'c.made': '3',\n}"
  assert.match(insertSorted(text, 'b.made', "  'b.made': '2',"), /a\.made.*\n.*b\.made.*\n.*c\.made/)
  assert.match(insertSorted(text, 'd.made', "  'd.made': '4',"), /c\.made.*\n.*d\.made.*\n\}/)
  assert.throws(() => insertSorted(text, 'c.made', ''), /there already/)
})

test('a mark that stands nowhere or twice is no place to add at', () => {
  assert.equal(insertBefore('a|b', '|', '+'), 'a+|b')
  for (const text of ['ab', 'a|b|']) assert.throws(() => insertBefore(text, '|', '+'), { name: 'Refused' })
})
