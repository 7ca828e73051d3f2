import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The keys of the record of one environment, as files. */
export interface TestRecordKeys {
  /** RECORD_MASTER_KEYS. */
  masterKeys: string
  /** AUDIT_SIGNING_KEY. */
  signingKey: string
  /** The variables by which consumers-audit is told of both. */
  environment: { RECORD_MASTER_KEYS: string; AUDIT_SIGNING_KEY: string }
  close(): void
}

/** Creates a master key and a signing key of the audit log. `close()` removes the files. */
export function createTestRecordKeys(): TestRecordKeys {
  const folder = mkdtempSync(join(tmpdir(), 'commonchart-record-'))
  const write = (name: string, content: unknown): string => {
    const file = join(folder, name)
    writeFileSync(file, JSON.stringify(content), { mode: 0o600 })
    return file
  }
  const masterKeys = write('record-master.keys.json', [
    { id: 'test', key: randomBytes(32).toString('base64') },
  ])
  const jwk = generateKeyPairSync('ed25519').privateKey.export({ format: 'jwk' })
  const signingKey = write('audit-signing.key.json', { name: 'commonchart.test/audit', jwk })
  return {
    masterKeys,
    signingKey,
    environment: { RECORD_MASTER_KEYS: masterKeys, AUDIT_SIGNING_KEY: signingKey },
    close: () => rmSync(folder, { recursive: true, force: true }),
  }
}
