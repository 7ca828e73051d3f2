import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readNextPath } from '../web/routes/next-path.ts'

const origin = 'https://console.test'

test('after signing in one goes on to a page of this console', () => {
  for (const path of ['/', '/d/north/consumers', '/d/north/access-log?from=2026-01-01&ip=::1'])
    assert.equal(readNextPath(path, origin), path)
  assert.equal(readNextPath('/a/../d/north#part', origin), '/d/north')
})

test('after signing in nobody is led to another site or into a script', () => {
  for (const next of [
    ...['//evil.example', '/\\evil.example', '\\\\evil.example', '/\t/evil.example', '/\n\\evil.example'],
    ...['https://evil.example', 'https:evil.example', 'http://console.test/', '///evil.example'],
    ...['/..//evil.example', '/a/..//evil.example', '/./\\evil.example', '/%2e%2e//evil.example'],
    ...['javascript:alert(1)', 'data:text/html,x', ' /d/north', 'd/north', '@evil.example', '', '?x', '#x'],
    ...[undefined, null, 7, ['/d/north'], { href: '/d/north' }],
  ])
    assert.equal(readNextPath(next, origin), undefined, JSON.stringify(next))
})

test('after signing in nobody is led to sign in', () => {
  assert.equal(readNextPath('/sign-in?next=/sign-in', origin), undefined)
})
