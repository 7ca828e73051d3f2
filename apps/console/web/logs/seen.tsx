import './logs.css'
import { Group, Stack, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import type { ListedEvent } from './audit-query.ts'

type Counts = NonNullable<ListedEvent['counts']>

/** How many records of which type, in words. */
export function writeCounts(counts: Counts): string {
  return counts.map(({ type, count }) => `${type}: ${count}`).join(', ')
}

/** What an event is to those who look for what was seen: a request that showed something of patients is that. */
export function kindOf({ kind, counts, seen }: Pick<ListedEvent, 'kind' | 'counts' | 'seen'>) {
  return kind === 'REQUEST' && (counts || seen.length > 0) ? 'READ' : kind
}

export function countPatients({ seen }: Pick<ListedEvent, 'seen'>): number {
  return seen.reduce((sum, { patientIds }) => sum + patientIds.length, 0)
}

/** What an event says was seen: of one patient, where one is asked for, or of each of those whom it names. */
export function describeSeen({ counts, seen }: Pick<ListedEvent, 'counts' | 'seen'>, of?: string): string {
  if (counts) return writeCounts(counts)
  const groups = of === undefined ? seen : seen.filter(({ patientIds }) => patientIds.includes(of))
  return groups
    .map((group) =>
      of === undefined
        ? `${group.patientIds.length} × (${writeCounts(group.counts)})`
        : writeCounts(group.counts),
    )
    .join(' · ')
}

/** The patients of whom an event says that something was seen, with what was seen of each. */
export function SeenGroups({ domain, seen }: { domain: string; seen: ListedEvent['seen'] }) {
  const { t } = useTranslation('logs')
  return (
    <Stack gap="xs">
      {seen.map(({ counts, patientIds }, at) => (
        <div key={at}>
          <Text size="sm" c="dimmed">
            {t('eachOf', { count: patientIds.length, seen: writeCounts(counts) })}
          </Text>
          <Group gap="xs">
            {patientIds.map((id) => (
              <AnchorLink
                key={id}
                size="sm"
                to="/d/$domain/disclosures"
                params={{ domain }}
                search={{ patientId: Number(id) }}
                className="seen-patient"
              >
                {t('patient', { id })}
              </AnchorLink>
            ))}
          </Group>
        </div>
      ))}
    </Stack>
  )
}
