import assert from 'node:assert/strict'
import { test } from 'node:test'
import { normaliseHost } from './hosts.ts'

test('a host is kept in one form: lower case, without port or final dot, international names in ASCII', () => {
  const forms: [string, string][] = [
    ['Clinic.Example', 'clinic.example'],
    [' clinic.example:8443 ', 'clinic.example'],
    ['clinic.example.', 'clinic.example'],
    ['clinique-été.example', 'xn--clinique-t-j7ab.example'],
    ['localhost', 'localhost'],
    ['127.0.0.1:4000', '127.0.0.1'],
    ['[::1]:4000', '[::1]'],
  ]
  for (const [given, kept] of forms) assert.equal(normaliseHost(given), kept, given)
})

test('what is no host name is refused', () => {
  const wrong = [
    ...[
      '',
      ' ',
      'a b',
      'http://a.example',
      'a.example/x',
      'user@a.example',
      'a.example?x',
      '*.example',
      'a..b',
    ],
    ...['-a.example', `${'a'.repeat(64)}.example`, 'a.example:99999', '%61.example'],
  ]
  for (const given of wrong) assert.equal(normaliseHost(given), null, given)
})
