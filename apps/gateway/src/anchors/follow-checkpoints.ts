import { setTimeout as pause } from 'node:timers/promises'
import { idleConnections, identityHeader, type ServiceSigner } from '@commonchart/identity'
import type { Logger } from 'pino'
import { Pool } from 'undici'
import { createServiceIdentity } from '../service-identity.ts'
import { CheckpointRefused, type Anchors, type OfferedCheckpoint } from './anchors.ts'

const everyMs = 2000
const answerTimeoutMs = 5000

export interface CheckpointsOptions {
  url: string
  signer: ServiceSigner
  anchors: Anchors
  logger: Logger
}

/** Keeps following the audit log's checkpoints until it is closed. */
export interface CheckpointFollower {
  close(): Promise<void>
}

/**
 * Asks consumers-audit for its newest checkpoints every 2 s and anchors them. One that contradicts what was seen is an
 * alarm, each time: the log was altered, or an older state of its database was restored.
 */
export function followCheckpoints({ url, signer, anchors, logger }: CheckpointsOptions): CheckpointFollower {
  const pool = new Pool(new URL(url).origin, { connections: 1, connectTimeout: 1000, ...idleConnections })
  const stopping = new AbortController()
  let isFailing = false

  async function look(): Promise<void> {
    for (const checkpoint of await ask())
      try {
        if (!anchors.hasKey && checkpoint.verifierKey !== null) learn(checkpoint.verifierKey)
        anchors.take(checkpoint)
      } catch (error) {
        if (!(error instanceof CheckpointRefused)) throw error
        logger.error(
          { alarm: 'CHECKPOINT_REFUSED', domainId: checkpoint.domainId, reason: error.message },
          'a checkpoint contradicts what was seen of the audit log',
        )
      }
  }

  function learn(verifierKey: string): void {
    anchors.learnKey(verifierKey)
    logger.warn(
      { verifierKey },
      'the key of checkpoints is learnt on first sight: CHECKPOINT_KEY would pin it',
    )
  }

  async function ask(): Promise<OfferedCheckpoint[]> {
    const body = JSON.stringify({ seen: anchors.sizes })
    const response = await pool.request({
      method: 'POST',
      path: '/internal/checkpoints',
      headers: {
        'content-type': 'application/json',
        [identityHeader]: signer.sign(createServiceIdentity(), 'consumers-audit', body),
      },
      body,
      headersTimeout: answerTimeoutMs,
      bodyTimeout: answerTimeoutMs,
      signal: stopping.signal,
    })
    const text = await response.body.text()
    if (response.statusCode !== 200) throw new Error(`checkpoints were answered ${response.statusCode}`)
    return (JSON.parse(text) as { checkpoints: OfferedCheckpoint[] }).checkpoints
  }

  async function follow(): Promise<void> {
    while (!stopping.signal.aborted) {
      try {
        await look()
        isFailing = false
      } catch (error) {
        if (stopping.signal.aborted) return
        if (!isFailing) logger.warn({ err: error }, 'the checkpoints of the audit log are not heard of')
        isFailing = true
      }
      await pause(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => undefined)
    }
  }

  const following = follow()
  return {
    async close() {
      stopping.abort()
      await following
      await pool.destroy()
    },
  }
}
