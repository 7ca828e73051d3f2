import assert from 'node:assert/strict'
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import { test } from 'node:test'
import * as browser from './crypto-browser.ts'
import * as node from './crypto.ts'
import { fromHex, toHex } from './test-tree.ts'

/** FIPS 180-4's example of one block, and the empty message. */
const published = {
  abc: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  '': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
}

test('a page hashes as the published examples say, and as Node does whatever the parts', () => {
  for (const [message, hash] of Object.entries(published))
    assert.equal(toHex(browser.hashSha256([new TextEncoder().encode(message)])), hash)
  for (let size = 0; size < 200; size += 1) {
    const parts = [Uint8Array.of(1), randomBytes(size), randomBytes(32)]
    assert.deepEqual(browser.hashSha256(parts), node.hashSha256(parts))
  }
})

test('a page verifies the signature of RFC 8032, test 2, and nothing that differs from it by a bit', () => {
  const key = fromHex('3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c')
  const signature = fromHex(
    '92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da' +
      '085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00',
  )
  const message = Uint8Array.of(0x72)
  const verify = browser.createEd25519Verifier(key)
  assert.ok(verify(message, signature))
  assert.ok(!verify(Uint8Array.of(0x73), signature))
  for (const at of [0, 31, 32, 63])
    assert.ok(!verify(message, signature.with(at, (signature[at] ?? 0) ^ 1)), `byte ${at}`)
  for (const wrong of [new Uint8Array(), signature.slice(1)]) assert.ok(!verify(message, wrong))
})

test('a page and Node say the same of signatures', () => {
  for (let round = 0; round < 10; round += 1) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519')
    const key = new Uint8Array(Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url'))
    const message = randomBytes(round * 20)
    const signature = new Uint8Array(sign(null, message, privateKey))
    for (const verify of [browser.createEd25519Verifier(key), node.createEd25519Verifier(key)])
      assert.deepEqual([verify(message, signature), verify(randomBytes(9), signature)], [true, false])
  }
})
