import { Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import { Written } from '../parts/written.tsx'

/** Who did something, by the name of that time; a consumer leads to its page. */
export function Actor({
  domain,
  actor,
}: {
  domain: string
  actor: { kind: string; id: string; name: string; role?: string | null } | null | undefined
}) {
  const { t } = useTranslation('logs')
  if (!actor)
    return (
      <Text size="sm" c="dimmed" span>
        {t('actor.unknown')}
      </Text>
    )
  if (actor.kind === 'consumer')
    return (
      <AnchorLink to="/d/$domain/consumers/$id" params={{ domain, id: actor.id }} size="sm">
        <Written text={actor.name} />
      </AnchorLink>
    )
  return (
    <Text size="sm" span>
      <Written text={actor.name} />
      <Text size="xs" c="dimmed" span display="block">
        {t([`actor.${actor.role ?? actor.kind}`, `actor.${actor.kind}`])}
      </Text>
    </Text>
  )
}
