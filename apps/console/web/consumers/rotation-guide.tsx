import { Button, Group, List, Text, ThemeIcon } from '@mantine/core'
import { IconCheck, IconCircle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { isAccepted, type Consumer, type Key } from './one.ts'
import { Section } from './section.tsx'

/** How a key is replaced without an outage, and how far that has come: told by the keys themselves. */
export function RotationGuide({
  consumer,
  onAdd,
  onRetire,
}: {
  consumer: Consumer
  onAdd: () => void
  onRetire: (key: Key) => void
}) {
  const { t } = useTranslation('consumers')
  const { maySave } = useDomain()
  const accepted = consumer.keys.filter(isAccepted)
  const [oldest] = accepted
  const newest = accepted.at(-1)
  const isUnderWay = accepted.length > 1 && oldest !== undefined && newest !== undefined
  const isUsed = isUnderWay && Boolean(newest.lastUsedAt)
  // The old key is done with when the new one was used after it.
  const isLeft = isUsed && (oldest.lastUsedAt ?? '') < (newest.lastUsedAt ?? '')
  return (
    <Section title={t('rotation.title')} text={t('rotation.text')}>
      <List
        listStyleType="none"
        spacing="md"
        type="ordered"
        styles={{ itemWrapper: { alignItems: 'flex-start' } }}
      >
        <Step done={isUnderWay} title={t('rotation.add')} text={t('rotation.addText')}>
          {maySave && !isUnderWay && (
            <Button size="xs" variant="light" onClick={onAdd}>
              {t('keys.add')}
            </Button>
          )}
        </Step>
        <Step done={isUsed} title={t('rotation.wait')} text={t('rotation.waitText')}>
          {isUnderWay && !isUsed && <Text size="sm">{t('rotation.unused')}</Text>}
          {isUsed && newest.lastUsedAt && (
            <Text size="sm" component="div">
              {t('rotation.used')} <Ago at={newest.lastUsedAt} />
            </Text>
          )}
        </Step>
        <Step done={false} title={t('rotation.retire')} text={t('rotation.retireText')}>
          {isUsed && (
            <Text size="sm" component="div">
              {t('rotation.old')} {oldest.lastUsedAt ? <Ago at={oldest.lastUsedAt} /> : t('never')}
            </Text>
          )}
          {maySave && isLeft && (
            <Button size="xs" variant="light" onClick={() => onRetire(oldest)}>
              {t('rotation.retireOld')}
            </Button>
          )}
        </Step>
      </List>
      <Text size="sm" c="dimmed">
        {t('rotation.clock')}
      </Text>
    </Section>
  )
}

function Step({
  done,
  title,
  text,
  children,
}: {
  done: boolean
  title: string
  text: string
  children: ReactNode
}) {
  const { t } = useTranslation('consumers')
  const Icon = done ? IconCheck : IconCircle
  return (
    <List.Item
      icon={
        <ThemeIcon radius="xl" size={24} variant={done ? 'filled' : 'light'} color={done ? 'clinic' : 'gray'}>
          <Icon size={14} aria-label={t(done ? 'rotation.done' : 'rotation.open')} />
        </ThemeIcon>
      }
    >
      <Text fw={600}>{title}</Text>
      <Text size="sm">{text}</Text>
      <Group gap="sm" mt={4}>
        {children}
      </Group>
    </List.Item>
  )
}
