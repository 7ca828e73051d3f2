import assert from 'node:assert/strict'
import { test } from 'node:test'
import { AddressBook } from './addresses.ts'

function openBook(overrides: Record<string, string[]> = {}): AddressBook {
  const probe = { look: () => Promise.resolve(false), close: () => Promise.resolve() }
  return new AddressBook({ overrides, createProbe: () => probe, onChange: () => undefined })
}

const urlsOf = (book: AddressBook): string[] => book.listStates().map(({ url }) => url)

const [a, b, c] = ['http://a.test/graphql', 'http://b.test/graphql', 'http://c.test/graphql'] as const

test('an address that no supergraph in use names is forgotten with its connections, the others with what is thought of them are not', async (t) => {
  const book = openBook()
  t.after(() => book.close())
  const first = book.open()
  const [kept, left] = first.get('patients', `${a}, ${b}`).order(0)
  // Each graph of a supergraph asks for the addresses.
  first.get('patients', `${a}, ${b}`)
  first.get('notes', c)
  kept?.breaker.failed(kept.breaker.asked())
  const second = book.open()
  const [again] = second.get('patients', a).order(0)
  assert.equal(again, kept)
  assert.deepEqual(urlsOf(book), [a, b, c], 'while requests of the first are under way')
  assert.deepEqual(book.names(), ['notes', 'patients'])
  assert.deepEqual(book.find('patients')?.order(0), [kept], 'those of the newest')
  assert.ok(book.find('notes'))

  first.release()
  first.release()
  assert.deepEqual(urlsOf(book), [a])
  assert.equal(book.listStates()[0]?.state, 'suspect')
  assert.deepEqual(book.names(), ['patients'])
  assert.equal(book.find('notes'), undefined)
  await book.close()
  await assert.rejects(left?.pool.request({ origin: b, path: '/', method: 'GET' }) ?? Promise.resolve(), {
    code: 'UND_ERR_DESTROYED',
  })
})

test('addresses that are configured stand in for those that the supergraph names', async (t) => {
  const book = openBook({ patients: [c] })
  t.after(() => book.close())
  book.open().get('patients', a)
  assert.deepEqual(urlsOf(book), [c])
  assert.throws(() => book.open().get('notes', ' '), /the subgraph notes has no address/)
})
