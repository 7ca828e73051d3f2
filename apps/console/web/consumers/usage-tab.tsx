import { useTranslation } from 'react-i18next'
import { Traffic } from '../charts/traffic.tsx'
import type { Consumer } from './one.ts'
import { Section } from './section.tsx'

/** What a consumer asked of late. */
export default function UsageTab({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation('consumers')
  return (
    <Section title={t('usage.title')} text={t('usage.text')}>
      <Traffic consumerId={consumer.id} />
    </Section>
  )
}
