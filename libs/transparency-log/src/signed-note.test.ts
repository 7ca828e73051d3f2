import assert from 'node:assert/strict'
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { formatCheckpoint, parseCheckpoint } from './checkpoint.ts'
import { parseVerifierKey, type NoteVerifier } from './note-keys.ts'
import { createNoteSigner } from './note-signer.ts'
import { signNote } from './sign-note.ts'
import { openNote } from './signed-note.ts'
import { createLeafHashes, rootByDefinition } from './test-tree.ts'

const signer = createNoteSigner('log.example/1', generateKeyPairSync('ed25519').privateKey)
const other = createNoteSigner('log.example/1', generateKeyPairSync('ed25519').privateKey)
const read = (key: string): NoteVerifier => {
  const verifier = parseVerifierKey(key)
  assert.ok(verifier)
  return verifier
}
const checkpoint = { origin: 'log.example/1', size: 7, root: rootByDefinition(createLeafHashes(7)) }
const body = formatCheckpoint(checkpoint)

/** The key and note of the examples of golang.org/x/mod/sumdb/note, which C2SP signed-note describes. */
const known = {
  verifierKey: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  note:
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n" +
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n',
}

test('a note of another implementation is opened, and its key id is the one that we come to', () => {
  assert.ok(openNote(known.note, [read(known.verifierKey)]))
  assert.equal(openNote(known.note.replace('answer', 'Answer'), [read(known.verifierKey)]), null)
})

test('a checkpoint is three lines and a signature, and comes back as it was', () => {
  const note = signNote(body, signer)
  assert.match(note, /^log\.example\/1\n7\n[A-Za-z0-9+/]{43}=\n\n— log\.example\/1 [A-Za-z0-9+/]+=*\n$/)
  const opened = openNote(note, [read(signer.verifierKey)])
  assert.equal(opened, body)
  assert.deepEqual(parseCheckpoint(opened ?? ''), checkpoint)
})

test('what was not signed by a known key is not opened, and strangers’ signatures do no harm', () => {
  const note = signNote(body, signer)
  assert.equal(openNote(note, [read(other.verifierKey)]), null)
  assert.equal(openNote(note, []), null)
  assert.equal(openNote(signNote(body, other, signer), [read(signer.verifierKey)]), body)
})

test('a note that was changed anywhere is not opened', () => {
  const note = signNote(body, signer)
  const verifiers = [read(signer.verifierKey)]
  for (const changed of [
    note.replace('\n7\n', '\n8\n'),
    note.replace('log.example/1\n', 'log.example/2\n'),
    note.replace('\n\n', '\n'),
    note.slice(0, -1),
    `${note}x`,
    body,
    `\n${note}`,
    note.replace('— ', '- '),
    signNote(body, other).replace(/— .*/u, (line) => line.slice(0, -8) + 'AAAAAA=='),
    '',
  ])
    assert.equal(openNote(changed, verifiers), null, JSON.stringify(changed))
})

test('text that is no checkpoint is none', () => {
  const [, , root = ''] = body.split('\n')
  for (const text of [
    '',
    'a\n',
    `a\n07\n${root}\n`,
    `a\n-1\n${root}\n`,
    `a\n1\n${root}`,
    `a\n1\nAAAA\n`,
    `\n1\n${root}\n`,
  ])
    assert.equal(parseCheckpoint(text), null, JSON.stringify(text))
  assert.equal(parseCheckpoint(`a\n1\n${root}\nan extension\n`)?.size, 1)
})

test('keys that are not what they say are refused', () => {
  const [name, id, key] = signer.verifierKey.split('+')
  for (const verifierKey of ['', `${name}+${id}`, `x${name}+${id}+${key}`, `${name}+00000000+${key}`])
    assert.equal(parseVerifierKey(verifierKey), null)
  assert.throws(() => createNoteSigner('two words', generateKeyPairSync('ed25519').privateKey))
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
  assert.throws(() => createNoteSigner('rsa', createPrivateKey(rsa.export({ type: 'pkcs8', format: 'pem' }))))
})
