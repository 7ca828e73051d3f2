import type { SampleCall } from './call.ts'
import { CodeTabs } from './code-tabs.tsx'
import { writeSample } from './write-sample.ts'

/** The same call in the languages that integrators use, ready to copy. */
export function Samples({ call }: { call: SampleCall }) {
  return <CodeTabs write={(language) => writeSample(language, call)} />
}
