import assert from 'node:assert/strict'
import { generateKeyPairSync, X509Certificate } from 'node:crypto'
import { test } from 'node:test'
import { isRefusal } from '@commonchart/errors'
import { createThumbprint, readPublicKey } from './public-keys.ts'

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const spki = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString()

function refusalOf(pem: string): string {
  try {
    readPublicKey(pem)
  } catch (error) {
    assert.ok(isRefusal(error), String(error))
    const told = JSON.stringify([error.message, error.extensions])
    for (const line of pem.split('\n').filter((line) => line.length > 40 && !line.startsWith('-----')))
      assert.ok(!told.includes(line.slice(0, 40)), 'a refusal repeats nothing of the key')
    return String(error.extensions.code)
  }
  return 'accepted'
}

test('one key is the same key in SPKI, in PKCS#1 and with Windows line ends', () => {
  const pkcs1 = rsa.publicKey.export({ type: 'pkcs1', format: 'pem' }).toString()
  const read = readPublicKey(spki)
  assert.deepEqual(readPublicKey(pkcs1), read)
  assert.deepEqual(readPublicKey(`\r\n${spki.replaceAll('\n', '\r\n')}\r\n`), read)
  assert.equal(read.modulus, rsa.publicKey.export({ format: 'jwk' }).n)
  assert.equal(read.publicKey, spki)
})

test('the thumbprint is that of RFC 7638, section 3.1', () => {
  const n =
    '0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMs' +
    'tn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbI' +
    'SD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw'
  assert.equal(createThumbprint(n), 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs')
})

test('a private key is refused as private in every form it may be pasted in', () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const pkcs8 = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
  const der = rsa.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
  const forms: Record<string, string> = {
    pkcs8,
    pkcs1: rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString(),
    encrypted: rsa.privateKey
      .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'secret' })
      .toString(),
    'another type of key': ec.export({ type: 'sec1', format: 'pem' }).toString(),
    'a JWK': JSON.stringify(rsa.privateKey.export({ format: 'jwk' })),
    'with its public half before it': spki + pkcs8,
    'under the label of a public key': `-----BEGIN PUBLIC KEY-----\n${der}\n-----END PUBLIC KEY-----`,
    'without its label': der,
  }
  for (const [form, text] of Object.entries(forms)) assert.equal(refusalOf(text), 'KEY_PRIVATE', form)
})

test('a key under 2048 bits is refused by name, and so is another exponent than 65537', () => {
  const short = generateKeyPairSync('rsa', { modulusLength: 2047 }).publicKey
  const exponent = generateKeyPairSync('rsa', { modulusLength: 2048, publicExponent: 3 }).publicKey
  assert.equal(refusalOf(short.export({ type: 'spki', format: 'pem' }).toString()), 'KEY_TOO_SHORT')
  assert.equal(refusalOf(exponent.export({ type: 'spki', format: 'pem' }).toString()), 'KEY_EXPONENT')
})

test('keys of other kinds are refused as not RSA', () => {
  const others = [
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey,
    generateKeyPairSync('ed25519').publicKey,
    generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey,
  ]
  for (const key of others)
    assert.equal(refusalOf(key.export({ type: 'spki', format: 'pem' }).toString()), 'KEY_NOT_RSA')
})

test('what is not exactly one public key in PEM is refused as malformed', () => {
  const texts = [
    '',
    'ssh-rsa AAAAB3',
    spki + spki,
    spki.slice(0, -20),
    spki.replace('MII', 'AAA'),
    'A'.repeat(20_000),
  ]
  for (const text of texts) assert.equal(refusalOf(text), 'KEY_MALFORMED', text.slice(0, 40))
})

test('the key of an X.509 certificate is taken out of it', () => {
  const { publicKey } = new X509Certificate(certificate)
  assert.equal(readPublicKey(certificate).publicKey, publicKey.export({ type: 'spki', format: 'pem' }))
})

/** Made by `openssl req -x509 -newkey rsa:2048`; its private key was thrown away. */
const certificate = `-----BEGIN CERTIFICATE-----
MIIDCTCCAfGgAwIBAgIUOERxq38efNGOXCBRNWyc9L4lW6AwDQYJKoZIhvcNAQEL
BQAwEzERMA8GA1UEAwwIY29uc3VtZXIwIBcNMjYxMTI0MDIzODE3WhgPMjEyNjEw
MzEwMjM4MTdaMBMxETAPBgNVBAMMCGNvbnN1bWVyMIIBIjANBgkqhkiG9w0BAQEF
AAOCAQ8AMIIBCgKCAQEAuMHIiZLsjyBxfZF/6xnlwTNl9+IZWe+y194LagC401FN
5kWzTOahwZ9sGZ1dPd3LcNjhLLxQffsu9g+BwPjVUccwRdcM/KsTfr5uTyN159jZ
6b7507HwNx/GPuMjg2kinruKtPLvJGoD/rbCBHA5y3GkeP/RZih+w5rSwl1VuWJt
EpvPfNr0GPwPy4fKY8uqM9U66mh/F+5uKZMdnFMBLIQWoWuJ/ytyDr0N4ZlJ1ger
p4iZble9eekQigyomLRLrfVq7xWZ+Vpy0Vrh/tv5ox9yAkSN/Z+rE5ywo2MXCV4V
qkkOZ7UR7jtpVHvMVQI5IXM3Gl1wUSUCZpMTMGzOnwIDAQABo1MwUTAdBgNVHQ4E
FgQUtJHXSgmI+UISZsyB1W0xu33cDXYwHwYDVR0jBBgwFoAUtJHXSgmI+UISZsyB
1W0xu33cDXYwDwYDVR0TAQH/BAUwAwEB/zANBgkqhkiG9w0BAQsFAAOCAQEAdPxn
qxYat71TnyHyC4+hx2q8JHpanPTakm1LB8uVx/ynjiV+zmJNRnggYiLnZgLwXpRb
9Gp8HTKkypFyCRKFBebbKUFwYvYzOccyKcGL0AuUpkVrcs8ORZYO4rvYSCjXRUKs
l9IYM+arKit+tGw2sNnhCxXQZj2KKkQU18LP0+cSsiwHaRh7j99369uvQVSZqXpN
w9B4148k9ZVC+4Z4JviFJbld/Bq2L7ziJsuAkT4hRMVNd8K5jCZmBqtEypqTFj0Q
17IKBN7TTwZc9QXmHNreFrlE67BUqZjVWA9iZb0zEQ7W3BQVs8K+zjpN2MZIY9oS
148M0mCPRBwwgslABA==
-----END CERTIFICATE-----`
