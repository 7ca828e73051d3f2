import { SingleBar } from 'cli-progress'

/** Is told how far an import has come, stage by stage. */
export type Progress = {
  begin(stage: string, totalBytes: number): void
  advance(bytes: number, resources: number): void
  end(): void
}

export type ProgressStream = NodeJS.WritableStream & { isTTY?: boolean }

/** Opens the progress display fit for the stream: a bar on a terminal, else plain lines for a log. */
export function openProgress(stream: ProgressStream): Progress {
  return stream.isTTY ? openBar(stream) : openPlainLines(stream)
}

export const silentProgress: Progress = {
  begin: () => undefined,
  advance: () => undefined,
  end: () => undefined,
}

function openBar(stream: ProgressStream): Progress {
  const bar = new SingleBar({
    format: '{stage} [{bar}] {percentage}% · {resources} resources · {eta_formatted} left',
    hideCursor: true,
    stream,
  })
  let bytes = 0
  let resources = 0
  return {
    begin(stage, totalBytes) {
      bytes = 0
      resources = 0
      bar.start(Math.max(totalBytes, 1), 0, { stage: stage.padEnd(18), resources })
    },
    advance(moreBytes, moreResources) {
      bytes += moreBytes
      resources += moreResources
      bar.update(bytes, { resources })
    },
    end() {
      bar.stop()
    },
  }
}

/** One line at the beginning and the end of a stage and at each tenth in between. */
function openPlainLines(stream: ProgressStream): Progress {
  let stage = ''
  let total = 0
  let bytes = 0
  let resources = 0
  let tenths = 0
  return {
    begin(name, totalBytes) {
      stage = name
      total = totalBytes
      bytes = 0
      resources = 0
      tenths = 0
      stream.write(`${stage}: reading ${totalBytes} bytes\n`)
    },
    advance(moreBytes, moreResources) {
      bytes += moreBytes
      resources += moreResources
      const now = total === 0 ? 10 : Math.floor((bytes * 10) / total)
      if (now <= tenths || now >= 10) return
      tenths = now
      stream.write(`${stage}: ${now}0 %, ${resources} resources\n`)
    },
    end() {
      stream.write(`${stage}: done, ${resources} resources\n`)
    },
  }
}
