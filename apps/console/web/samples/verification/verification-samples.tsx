import { CodeTabs } from '../code-tabs.tsx'
import { verifications } from './verifications.ts'

/** Programs that verify a delivery, in the languages that integrators use. */
export function VerificationSamples() {
  return <CodeTabs write={(language) => verifications[language]} names={{ curl: 'Shell' }} />
}
