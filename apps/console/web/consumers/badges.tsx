import { Badge, Tooltip } from '@mantine/core'
import { IconClockExclamation } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { stateOf, type Key } from './one.ts'
import { listEndings, type Ending } from './soon.ts'

/** Whether a consumer's tokens are accepted. */
export function ActiveBadge({ active }: { active: boolean }) {
  const { t } = useTranslation('consumers')
  return (
    <Badge variant="light" color={active ? 'clinic' : 'gray'} autoContrast>
      {t(active ? 'active' : 'inactive')}
    </Badge>
  )
}

const colors = { accepted: 'clinic', retiring: 'orange', waiting: 'blue', retired: 'gray' }

export function KeyBadge({ of }: { of: Key }) {
  const { t } = useTranslation('consumers')
  const state = stateOf(of)
  return (
    <Badge variant="light" color={colors[state]}>
      {t(`keys.states.${state}`)}
    </Badge>
  )
}

/** Says that a key, or the consumer itself, ends soon. */
export function EndingBadge({ of }: { of: Parameters<typeof listEndings>[0] }) {
  const [next] = listEndings(of)
  const words = useEndingWords()
  if (!next) return null
  return (
    <Tooltip label={words(next)}>
      <Badge
        variant="light"
        color={next.past ? 'red' : 'orange'}
        leftSection={<IconClockExclamation size={12} aria-hidden />}
      >
        {words(next)}
      </Badge>
    </Tooltip>
  )
}

/** How an ending is said: what, and on which day. */
export function useEndingWords(): (ending: Ending) => string {
  const { t, i18n } = useTranslation('consumers')
  return ({ kind, past, at, label }) =>
    t(`endings.${kind}${past ? 'Past' : ''}`, {
      label,
      day: new Date(at).toLocaleDateString(i18n.language, { day: 'numeric', month: 'short' }),
    })
}
