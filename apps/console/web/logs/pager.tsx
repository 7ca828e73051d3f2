import { Button, Group } from '@mantine/core'
import { IconArrowLeft, IconArrowRight } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { ButtonLink } from '../parts/links.tsx'

/** To the newer and the older page of a log. The older one is read as soon as one points at it. */
export function Pager({
  newer,
  older,
  onReach,
}: {
  newer: object | null
  older: object | null
  onReach: () => void
}) {
  const { t } = useTranslation('logs')
  if (!newer && !older) return null
  const left = { variant: 'default', leftSection: <IconArrowLeft size={16} aria-hidden /> }
  const right = { variant: 'default', rightSection: <IconArrowRight size={16} aria-hidden /> }
  return (
    <Group component="nav" aria-label={t('pager.label')} justify="space-between">
      {newer ? (
        <ButtonLink to="." search={newer as never} {...left}>
          {t('pager.newer')}
        </ButtonLink>
      ) : (
        <Button disabled {...left}>
          {t('pager.newer')}
        </Button>
      )}
      {older ? (
        <ButtonLink to="." search={older as never} {...right} onMouseEnter={onReach} onFocus={onReach}>
          {t('pager.older')}
        </ButtonLink>
      ) : (
        <Button disabled {...right}>
          {t('pager.older')}
        </Button>
      )}
    </Group>
  )
}
