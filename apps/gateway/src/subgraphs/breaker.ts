/**
 * What is thought of an address: it answers; it failed or said nothing of late and is looked at; or nothing has come from
 * it for so long that it is not asked any more.
 */
export type BreakerState = 'closed' | 'suspect' | 'open'

/** So many failures without an answer between them, over so long: connections that break together are one event. */
const fewestFailures = 3
const failingForMs = 1000
/** An address that owes an answer and has given none for so long is looked at. */
const silentForMs = 2000
/** What was thought of an address that nobody wanted for so long says nothing any more. */
const forgottenAfterMs = 60_000

/**
 * Decides whether an address is asked. It opens only where nothing at all is answered: a failure beside which something
 * else was answered does not count, however slow or wrong single answers are. It closes at the first answer, to
 * whatever was asked. While it is not closed somebody must look: `needsLook` says when.
 */
export class Breaker {
  private readonly now: () => number
  private readonly onChange: (state: BreakerState) => void
  private isOpen = false
  private failures = 0
  private failingSince = 0
  private underWay = 0
  private heardAt: number
  private owingSince: number
  private wantedAt: number

  constructor({
    now = Date.now,
    onChange = () => undefined,
  }: { now?: () => number; onChange?: (state: BreakerState) => void } = {}) {
    this.now = now
    this.onChange = onChange
    this.heardAt = this.owingSince = this.wantedAt = now()
  }

  get state(): BreakerState {
    if (this.isOpen) return 'open'
    return this.failures > 0 ? 'suspect' : 'closed'
  }

  /** Whether somebody who wants to ask may do so. */
  allows(): boolean {
    const now = this.now()
    if (now - this.wantedAt > forgottenAfterMs) this.close()
    this.wantedAt = now
    return !this.isOpen
  }

  /** Something is asked; gives when, for `failed`. One of `answered`, `failed` and `left` must follow. */
  asked(): number {
    const now = this.now()
    if (this.underWay === 0) this.owingSince = now
    this.underWay += 1
    return now
  }

  answered(): void {
    this.underWay -= 1
    this.heard()
  }

  failed(askedAt: number): void {
    this.underWay -= 1
    this.missed(askedAt)
  }

  /** What was asked is not waited for any more: it may just have been too much, and `needsLook` finds out. */
  left(): void {
    this.underWay -= 1
  }

  /** The address gave a sign of life. */
  heard(): void {
    this.heardAt = this.now()
    this.close()
  }

  /** No sign of life came to what was asked then. */
  missed(askedAt: number): void {
    if (this.heardAt > askedAt) return
    const now = this.now()
    if (this.failures === 0) this.failingSince = now
    this.failures += 1
    const isLasting = this.failures >= fewestFailures && now - this.failingSince >= failingForMs
    if (this.failures === 1) this.onChange('suspect')
    if (!isLasting || this.isOpen) return
    this.isOpen = true
    this.onChange('open')
  }

  /** Whether the address should be asked for a sign of life. */
  needsLook(): boolean {
    const now = this.now()
    if (this.failures > 0) return now - this.wantedAt <= forgottenAfterMs
    return this.underWay > 0 && now - Math.max(this.heardAt, this.owingSince) >= silentForMs
  }

  private close(): void {
    const before = this.state
    this.isOpen = false
    this.failures = 0
    if (before !== 'closed') this.onChange('closed')
  }
}
