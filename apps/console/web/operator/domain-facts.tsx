import { Badge, Group } from '@mantine/core'
import { useTranslation } from 'react-i18next'

/** Whether a domain is in service, whether programs are let in, and whether it is for trying things out. */
export function DomainFacts({
  domain,
}: {
  domain: { state: 'ACTIVE' | 'DISABLED'; enabled: boolean; sandbox: boolean }
}) {
  const { t } = useTranslation('operator')
  return (
    <Group gap={6}>
      {domain.state === 'DISABLED' ? (
        <Badge color="red" variant="light">
          {t('state.DISABLED')}
        </Badge>
      ) : (
        <Badge color={domain.enabled ? 'clinic' : 'gray'} variant="light">
          {t(domain.enabled ? 'state.enabled' : 'state.notEnabled')}
        </Badge>
      )}
      {domain.sandbox && (
        <Badge color="grape" variant="light">
          {t('state.sandbox')}
        </Badge>
      )}
    </Group>
  )
}
