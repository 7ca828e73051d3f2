import { link, mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { randomUUID } from 'node:crypto'
import type { Task } from 'graphile-worker'

/** The job that hands a checkpoint to the witness: tried again until it is taken. */
export const witnessTask = 'witness'

/** Where checkpoints are kept out of reach of whoever has the database. */
export interface Witness {
  /** Hands on a checkpoint. Throws when it is not certain that the witness has it. */
  take(checkpoint: { domainId: number; size: string; text: string }): Promise<void>
}

/** Opens the witness named by `CHECKPOINT_WITNESS`: a URL that checkpoints are posted to, or else a folder. */
export function openWitness(place: string): Witness {
  return /^https?:\/\//.test(place) ? createUrlWitness(place) : createFolderWitness(place)
}

/** Makes the job that works for `witnessTask`. */
export function createWitnessTask(witness: Witness): Task {
  return (payload) => witness.take(payload as Parameters<Witness['take']>[0])
}

/** Each checkpoint is a file `DOMAIN_ID/SIZE.checkpoint`, made whole or not at all and never replaced. */
function createFolderWitness(folder: string): Witness {
  return {
    async take({ domainId, size, text }) {
      const ofDomain = join(folder, String(domainId))
      await mkdir(ofDomain, { recursive: true })
      const file = join(ofDomain, `${size}.checkpoint`)
      const draft = join(ofDomain, `.${randomUUID()}`)
      const opened = await open(draft, 'wx')
      try {
        await opened.writeFile(text)
        await opened.sync()
      } finally {
        await opened.close()
      }
      try {
        await link(draft, file)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
        if ((await readFile(file, 'utf8')) !== text)
          throw new Error(`the witness has another checkpoint in ${file}: the log was written anew`, {
            cause: error,
          })
      } finally {
        await rm(draft)
      }
    },
  }
}

function createUrlWitness(url: string): Witness {
  return {
    async take({ text }) {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'text/plain; charset=utf-8' },
        body: text,
        signal: AbortSignal.timeout(5000),
      })
      await response.body?.cancel()
      if (!response.ok) throw new Error(`the witness answered ${response.status}`)
    },
  }
}
