import { ActionIcon, Button, Card, Code, Group, Menu, Stack, Text, Title } from '@mantine/core'
import { IconClockEdit, IconDots, IconPlus, IconTrashX } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Copy } from '../parts/copy.tsx'
import { Ago, Moment } from '../parts/time.tsx'
import { useDomain } from '../session.ts'
import { AddKey } from './add-key.tsx'
import { KeyBadge } from './badges.tsx'
import { EditKey } from './edit-key.tsx'
import { stateOf, type Consumer, type Key } from './one.ts'
import { RetireKey } from './retire-key.tsx'
import { RotationGuide } from './rotation-guide.tsx'

/** The keys of a consumer, those that are accepted first, and how one is replaced. */
export function KeysTab({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation('consumers')
  const { maySave } = useDomain()
  const [adding, setAdding] = useState(false)
  const [edited, setEdited] = useState<Key | null>(null)
  const [retired, setRetired] = useState<Key | null>(null)
  const isRetired = (key: Key): boolean => stateOf(key) === 'retired'
  const keys = consumer.keys.toSorted((one, other) => Number(isRetired(one)) - Number(isRetired(other)))
  return (
    <>
      <Group justify="space-between">
        <Title order={2} size="h4">
          {t('keys.title', { count: keys.length })}
        </Title>
        {maySave && (
          <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={() => setAdding(true)}>
            {t('keys.add')}
          </Button>
        )}
      </Group>
      <Stack component="ul" className="plain" gap="sm">
        {keys.map((key) => (
          <Card key={key.id} component="li" withBorder padding="md">
            <Group justify="space-between" wrap="nowrap" align="flex-start">
              <Group gap="sm">
                <Title order={3} size="h5">
                  {key.kid ? t('keys.kid', { kid: key.kid }) : t('keys.noKid', { id: key.id })}
                </Title>
                <KeyBadge of={key} />
              </Group>
              {maySave && !isRetired(key) && (
                <Menu position="bottom-end">
                  <Menu.Target>
                    <ActionIcon variant="subtle" color="gray" aria-label={t('keys.more', { id: key.id })}>
                      <IconDots size={18} aria-hidden />
                    </ActionIcon>
                  </Menu.Target>
                  <Menu.Dropdown>
                    <Menu.Item
                      leftSection={<IconClockEdit size={16} aria-hidden />}
                      onClick={() => setEdited(key)}
                    >
                      {t('keys.edit')}
                    </Menu.Item>
                    <Menu.Item
                      color="red"
                      leftSection={<IconTrashX size={16} aria-hidden />}
                      onClick={() => setRetired(key)}
                    >
                      {t('keys.retire')}
                    </Menu.Item>
                  </Menu.Dropdown>
                </Menu>
              )}
            </Group>
            <KeyFacts of={key} />
          </Card>
        ))}
      </Stack>
      <RotationGuide consumer={consumer} onAdd={() => setAdding(true)} onRetire={setRetired} />
      {adding && <AddKey consumer={consumer} onClose={() => setAdding(false)} />}
      {edited && <EditKey consumer={consumer} of={edited} onClose={() => setEdited(null)} />}
      {retired && <RetireKey consumer={consumer} of={retired} onClose={() => setRetired(null)} />}
    </>
  )
}

function KeyFacts({ of: key }: { of: Key }) {
  const { t } = useTranslation('consumers')
  return (
    <dl className="facts">
      <dt>{t('keys.thumbprint')}</dt>
      <dd>
        <Group gap={4}>
          <Code>{key.thumbprint}</Code>
          <Copy text={key.thumbprint} />
          <Copy text={key.publicKey} label={t('keys.copyPem')} />
        </Group>
      </dd>
      <dt>{t('keys.registered')}</dt>
      <dd>
        <Moment at={key.createdAt} />
      </dd>
      <dt>{t('keys.lastUsed')}</dt>
      <dd>{key.lastUsedAt ? <Ago at={key.lastUsedAt} /> : t('never')}</dd>
      {key.notBefore && (
        <>
          <dt>{t('keys.notBefore')}</dt>
          <dd>
            <Moment at={key.notBefore} />
          </dd>
        </>
      )}
      <dt>{t(key.retiredAt ? 'keys.retiredAt' : 'keys.retireAt')}</dt>
      <dd>
        {key.retiredAt || key.retireAt ? (
          <Moment at={key.retiredAt ?? key.retireAt ?? ''} />
        ) : (
          <Text span inherit>
            {t('keys.neverRetires')}
          </Text>
        )}
      </dd>
    </dl>
  )
}
