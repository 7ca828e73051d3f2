import { mkdir, open, type FileHandle } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What both ways tell of an event: ids and names, nothing of a person. What else came stays beside it. */
export interface ReceivedEvent {
  eventId: string
  topic: string
  occurredAt?: string | null
  patientId?: string | null
  sequence?: number | null
  [other: string]: unknown
}

/** One line of the file. */
export interface StoredEvent {
  event: ReceivedEvent
  /** Whether it was delivered, or read from the list of changes. */
  via: 'delivery' | 'changes'
  receivedAt: string
  /** The timestamp of the delivery, in seconds. */
  sentAt?: number
  /** Whether something newer of the same patient was stored before it: a reader that keeps states skips it. */
  isLate: boolean
}

interface Waiting {
  line: string
  done: () => void
  failed: (error: Error) => void
}

/**
 * The events that were received, one JSON object a line, in the order in which they came, each once whatever happens. A file
 * belongs to one process.
 */
export class EventFile {
  readonly stored: readonly StoredEvent[]
  readonly #handle: FileHandle
  /** Each event that is in the file or on its way into it, and when it is there. */
  readonly #known = new Map<string, Promise<void>>()
  readonly #newest = new Map<string, number>()
  #waiting: Waiting[] = []
  #writing: Promise<void> | undefined
  #failure: Error | undefined

  private constructor(handle: FileHandle, stored: StoredEvent[]) {
    this.#handle = handle
    this.stored = stored
    for (const { event } of stored) {
      this.#known.set(event.eventId, Promise.resolve())
      this.#isLate(event)
    }
  }

  /** Opens a file, or begins it. The half of a line that a crash left is cut off: nobody was told that it is stored. */
  static async open(path: string): Promise<EventFile> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 })
    const handle = await open(path, 'a+', 0o600)
    const text = await handle.readFile()
    const end = text.lastIndexOf('\n') + 1
    if (end < text.length) await handle.truncate(end)
    const lines = text.subarray(0, end).toString().split('\n').slice(0, -1)
    return new EventFile(
      handle,
      lines.map((line) => JSON.parse(line) as StoredEvent),
    )
  }

  get size(): number {
    return this.#known.size
  }

  /**
   * Stores an event unless it is there. When the answer comes, the event is on the disk, whoever stored it. Throws when it
   * cannot be written; nothing is taken from then on.
   */
  async add(event: ReceivedEvent, from: Pick<StoredEvent, 'via' | 'sentAt'>): Promise<'STORED' | 'KNOWN'> {
    const there = this.#known.get(event.eventId)
    if (there) {
      await there
      return 'KNOWN'
    }
    if (this.#failure) throw this.#failure
    const stored: StoredEvent = {
      ...{ event, ...from },
      ...{ receivedAt: new Date().toISOString(), isLate: this.#isLate(event) },
    }
    const written = new Promise<void>((done, failed) => {
      this.#waiting.push({ line: `${JSON.stringify(stored)}\n`, done, failed })
    })
    this.#known.set(event.eventId, written)
    this.#writing ??= this.#write()
    await written
    return 'STORED'
  }

  async close(): Promise<void> {
    await this.#writing
    await this.#handle.close()
  }

  /** Whatever came while the disk was busy goes to it together. */
  async #write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0)
      try {
        if (this.#failure) throw this.#failure
        await this.#handle.appendFile(batch.map(({ line }) => line).join(''))
        await this.#handle.datasync()
        for (const { done } of batch) done()
      } catch (error) {
        // What is on the disk now is known only after it was opened anew.
        this.#failure ??= error as Error
        for (const { failed } of batch) failed(error as Error)
      }
    }
    this.#writing = undefined
  }

  #isLate({ patientId, sequence }: ReceivedEvent): boolean {
    if (!patientId || typeof sequence !== 'number') return false
    const newest = this.#newest.get(patientId) ?? -1
    if (sequence > newest) this.#newest.set(patientId, sequence)
    return sequence < newest
  }
}
