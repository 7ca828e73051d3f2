import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createOriginReader } from './client-address.ts'

function read(trusted: string[], remoteAddress: string, headers: Record<string, string>) {
  return createOriginReader(trusted)({ headers, socket: { remoteAddress } as never })
}

const forwarded = {
  host: 'edge.test:443',
  'x-forwarded-for': '198.51.100.7',
  'x-forwarded-host': 'north.test',
}

test('without trusted proxies nobody speaks of another address or host', () => {
  assert.deepEqual(read([], '203.0.113.9', forwarded), { address: '203.0.113.9', host: 'edge.test' })
})

test('who is no trusted proxy is not believed', () => {
  assert.deepEqual(read(['10.0.0.0/8'], '203.0.113.9', forwarded), {
    address: '203.0.113.9',
    host: 'edge.test',
  })
})

test('a trusted proxy tells the address and the host, by IPv6 and IPv4 alike', () => {
  const told = { address: '198.51.100.7', host: 'north.test' }
  assert.deepEqual(read(['10.0.0.0/8'], '10.1.2.3', forwarded), told)
  assert.deepEqual(read(['10.0.0.0/8'], '::ffff:10.1.2.3', forwarded), told)
  assert.deepEqual(read(['fd00::/8'], 'fd00::1', forwarded), told)
})

test('what a client wrote before the proxies is not believed', () => {
  const headers = { ...forwarded, 'x-forwarded-for': '192.0.2.1, 198.51.100.7, 10.9.9.9' }
  assert.equal(read(['10.0.0.0/8'], '10.1.2.3', headers).address, '198.51.100.7')
  const nonsense = { ...forwarded, 'x-forwarded-for': 'nobody' }
  assert.equal(read(['10.0.0.0/8'], '10.1.2.3', nonsense).address, '10.1.2.3')
})

test('a host is read without port, final dot and case', () => {
  assert.equal(read([], '::1', { host: 'North.Test.:8080' }).host, 'north.test')
})

test('a trusted proxy that is no address is refused at the start', () => {
  assert.throws(() => createOriginReader(['proxy.test']), /TRUSTED_PROXIES: proxy\.test/)
})
