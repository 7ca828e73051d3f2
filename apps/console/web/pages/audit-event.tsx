import { Alert, Code, Paper, Skeleton, Stack, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { createLazyRoute } from '@tanstack/react-router'
import { IconArrowLeft, IconInbox } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { askSettings } from '../graph/ask.ts'
import { Actor } from '../logs/actor.tsx'
import { auditEventDocument, type WholeEvent } from '../logs/audit-event-query.ts'
import { EventProof } from '../logs/event-proof.tsx'
import { Outcome } from '../logs/outcome.tsx'
import { countPatients, kindOf, SeenGroups, writeCounts } from '../logs/seen.tsx'
import { Facts } from '../parts/facts.tsx'
import { Failure } from '../parts/failure.tsx'
import { AnchorLink, ButtonLink } from '../parts/links.tsx'
import { Page } from '../parts/page.tsx'
import { Moment } from '../parts/time.tsx'
import { Written } from '../parts/written.tsx'
import { useDomain } from '../session.ts'

export const Route = createLazyRoute('/d/$domain/audit-log/$id')({ component: AuditEventPage })

function AuditEventPage() {
  const { t } = useTranslation('logs')
  const { domain } = useDomain()
  const { id } = Route.useParams()
  const { data, error, refetch } = useQuery({
    queryKey: ['audit event', domain, id],
    queryFn: () => askSettings(domain, auditEventDocument, { id }),
    staleTime: Infinity,
  })
  const event = data?.auditEvent
  return (
    <Page
      title={event ? `${t(`eventKind.${kindOf(event)}`)}: ${event.action}` : t('event.title')}
      lead={event && <Moment at={event.occurredAt} />}
      actions={
        <ButtonLink
          to="/d/$domain/audit-log"
          params={{ domain }}
          search={{}}
          variant="default"
          leftSection={<IconArrowLeft size={16} aria-hidden />}
        >
          {t('audit.title')}
        </ButtonLink>
      }
    >
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {!data && !error && <Skeleton height={320} aria-label={t('loading')} role="status" />}
      {event === null && (
        <Alert variant="light" color="gray" icon={<IconInbox aria-hidden />} title={t('event.none')}>
          <Text size="sm">{t('event.noneText')}</Text>
        </Alert>
      )}
      {event && (
        <Stack gap="xl">
          <Paper withBorder p="lg">
            <EventFacts domain={domain} event={event} />
          </Paper>
          <EventProof domain={domain} event={event} />
        </Stack>
      )}
    </Page>
  )
}

function EventFacts({ domain, event }: { domain: string; event: WholeEvent }) {
  const { t, i18n } = useTranslation('logs')
  const { recordType, recordId, patientId } = event
  return (
    <Facts
      facts={[
        [t('column.who'), <Actor domain={domain} actor={event.actor} />],
        [t('column.when'), <Moment at={event.occurredAt} />],
        [t('column.outcome'), <Outcome outcome={event.outcome} />],
        [
          t('column.record'),
          recordType && (
            <AnchorLink
              to="/d/$domain/audit-log"
              params={{ domain }}
              search={{ recordType, recordId: recordId ? Number(recordId) : undefined }}
            >
              {recordType} {recordId}
            </AnchorLink>
          ),
        ],
        [t('field.version'), event.recordVersion],
        [
          t('column.fields'),
          event.fields.length > 0 && <Written text={event.fields.join(', ')} most={2000} />,
        ],
        [t('field.seen'), event.counts && writeCounts(event.counts)],
        [
          t('patients', { count: countPatients(event) }),
          event.seen.length > 0 && <SeenGroups domain={domain} seen={event.seen} />,
        ],
        [
          t('column.patient'),
          patientId && (
            <AnchorLink
              to="/d/$domain/disclosures"
              params={{ domain }}
              search={{ patientId: Number(patientId) }}
            >
              {patientId}
            </AnchorLink>
          ),
        ],
        [
          t('field.requestId'),
          <AnchorLink to="/d/$domain/access-log/$id" params={{ domain, id: event.requestId }}>
            {event.requestId}
          </AnchorLink>,
        ],
        [t('field.keyId'), event.keyId],
        [t('column.address'), event.ipAddress],
        [
          t('column.duration'),
          event.durationMs !== null &&
            event.durationMs !== undefined &&
            `${event.durationMs.toLocaleString(i18n.language)} ms`,
        ],
        [t('field.count'), event.count > 1 ? event.count.toLocaleString(i18n.language) : null],
        [t('field.eventId'), <Code>{event.id}</Code>],
        [t('field.detailHash'), event.detailHash && <Code>{event.detailHash}</Code>],
      ]}
    />
  )
}
