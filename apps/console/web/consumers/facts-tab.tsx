import { Button, Code, Group } from '@mantine/core'
import { IconPencil } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Copy } from '../parts/copy.tsx'
import { Ago, Moment } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { useDayWords } from './day-words.ts'
import { EditForm } from './edit-form.tsx'
import { LogLink } from './log-link.tsx'
import type { Consumer } from './one.ts'
import { RestrictionFacts } from './restriction-facts.tsx'
import { Section } from './section.tsx'

/** What a consumer is and what it is held to, and the form that changes it. */
export function FactsTab({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation('consumers')
  const dayWords = useDayWords()
  const { maySave } = useDomain()
  // Null before the form was ever open: whoever closes it goes on where they opened it.
  const [editing, setEditing] = useState<boolean | null>(null)
  if (editing) return <EditForm consumer={consumer} onClose={() => setEditing(false)} />
  return (
    <>
      <Section title={t('create.program')}>
        <dl className="facts">
          <dt>{t('fields.name')}</dt>
          <dd>{consumer.name}</dd>
          <dt>{t('fields.issuer')}</dt>
          <dd>
            <Group gap={4}>
              <Code>{consumer.issuer}</Code>
              <Copy text={consumer.issuer} />
            </Group>
          </dd>
          <dt>{t('one.created')}</dt>
          <dd>
            <Moment at={consumer.createdAt} />
          </dd>
          <dt>{t('one.lastUsed')}</dt>
          <dd>{consumer.lastUsedAt ? <Ago at={consumer.lastUsedAt} /> : t('never')}</dd>
          <dt>{t('one.today')}</dt>
          <dd>{dayWords(consumer)}</dd>
        </dl>
      </Section>
      <Section title={t('create.restrictions')} text={t('one.restrictionsText')}>
        <RestrictionFacts consumer={consumer} />
      </Section>
      <Group gap="lg">
        {maySave && (
          <Button
            autoFocus={editing === false}
            leftSection={<IconPencil size={16} aria-hidden />}
            onClick={() => setEditing(true)}
          >
            {t('one.edit')}
          </Button>
        )}
        <LogLink to="/d/$domain/access-log" search={{ consumerId: consumer.id }}>
          {t('one.accessLog')}
        </LogLink>
        <LogLink to="/d/$domain/audit-log" search={{ consumer: consumer.id }}>
          {t('one.did')}
        </LogLink>
        <LogLink
          to="/d/$domain/audit-log"
          search={{ recordType: 'EnterpriseApiConsumer', recordId: consumer.id }}
        >
          {t('one.auditLog')}
        </LogLink>
      </Group>
    </>
  )
}
