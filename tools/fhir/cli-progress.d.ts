/** The part of cli-progress that is used here; the package brings no types of its own. */
declare module 'cli-progress' {
  export class SingleBar {
    constructor(options: {
      format: string
      hideCursor?: boolean
      clearOnComplete?: boolean
      stream?: NodeJS.WritableStream
    })
    start(total: number, startValue: number, payload?: Record<string, unknown>): void
    update(current: number, payload?: Record<string, unknown>): void
    stop(): void
  }
}
