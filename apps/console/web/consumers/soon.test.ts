/// <reference types="node" />
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { listEndings } from './soon.ts'

const now = Date.parse('2026-11-30T12:00:00Z')
const inDays = (days: number): string => new Date(now + days * 86_400_000).toISOString()
const key = (retireAt: string | null, kid: string | null = null) => ({
  kid,
  thumbprint: 'abcdefghijkl',
  retireAt,
})

test('what ends within 30 days is told, next first, and what ended is told for a week', () => {
  const keys = [key(inDays(29), 'next'), key(inDays(31)), key(null), key(inDays(-6)), key(inDays(-8))]
  assert.deepEqual(listEndings({ active: true, expiresAt: inDays(3), keys }, now), [
    { kind: 'key', at: inDays(-6), past: true, label: 'abcdefgh' },
    { kind: 'consumer', at: inDays(3), past: false, label: '' },
    { kind: 'key', at: inDays(29), past: false, label: 'next' },
  ])
})
