import { generateKeyPairSync, randomBytes, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import type { Home } from './home.ts'
import { writePrivateFile } from './private-file.ts'

/**
 * Makes what is missing of the keys of the record: the master key that wraps the keys of the access log
 * (RECORD_MASTER_KEYS: the first wraps, all unwrap), and the Ed25519 key that signs the audit log's checkpoints.
 */
export function ensureRecordKeys(home: Home): void {
  if (!existsSync(home.recordMasterKeys)) {
    const key = { id: randomUUID(), key: randomBytes(32).toString('base64') }
    writePrivateFile(home.recordMasterKeys, JSON.stringify([key], null, 2))
  }
  if (!existsSync(home.auditSigningKey)) {
    const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
    const name = `commonchart/${randomUUID().slice(0, 8)}`
    writePrivateFile(home.auditSigningKey, JSON.stringify({ name, jwk }, null, 2))
  }
}
