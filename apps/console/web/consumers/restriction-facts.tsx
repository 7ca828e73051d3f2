import { Badge, Code, Group, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Moment } from '../parts/time.tsx'
import type { Consumer } from './one.ts'
import { areas, skipValidations } from './restrictions.ts'

/** What a consumer is held to, in words. */
export function RestrictionFacts({ consumer }: { consumer: Consumer }) {
  const { t, i18n } = useTranslation('consumers')
  const { scopes, ipRanges, audience, expiresAt, requestsPerMinute } = consumer
  return (
    <dl className="facts">
      <dt>{t('scopes.label')}</dt>
      <dd>{scopes ? <Scopes scopes={scopes} /> : t('unlimited.scopes')}</dd>
      <dt>{t('fields.ipRanges')}</dt>
      <dd>
        {ipRanges ? (
          <Group gap={6}>
            {ipRanges.map((range) => (
              <Code key={range}>{range}</Code>
            ))}
          </Group>
        ) : (
          t('unlimited.ipRanges')
        )}
      </dd>
      <dt>{t('fields.audience')}</dt>
      <dd>{audience ? <Code>{audience}</Code> : t('unlimited.audience')}</dd>
      <dt>{t('fields.expiresAt')}</dt>
      <dd>{expiresAt ? <Moment at={expiresAt} /> : t('unlimited.expiresAt')}</dd>
      <dt>{t('fields.requestsPerMinute')}</dt>
      <dd>{requestsPerMinute?.toLocaleString(i18n.language) ?? t('unlimited.requestsPerMinute')}</dd>
    </dl>
  )
}

function Scopes({ scopes }: { scopes: string[] }) {
  const { t } = useTranslation('consumers')
  if (scopes.length === 0) return <Text c="var(--mantine-color-error)">{t('scopes.nothing')}</Text>
  const words = (scope: string): string => {
    if (scope === skipValidations) return t('scopes.skip')
    const [name, kind] = scope.split(':')
    const area = areas.find((each) => each === name)
    if (!area || (kind !== 'read' && kind !== 'write')) return scope
    return `${t(`scopes.areas.${area}`)}: ${t(`scopes.${kind}`)}`
  }
  return (
    <Group gap={6}>
      {scopes.map((scope) => (
        <Badge key={scope} variant="light" tt="none" fw={550}>
          {words(scope)}
        </Badge>
      ))}
    </Group>
  )
}
