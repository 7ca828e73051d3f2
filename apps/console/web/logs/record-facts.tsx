import { Code, Text } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Copy } from '../parts/copy.tsx'
import { Facts } from '../parts/facts.tsx'
import { Moment } from '../parts/time.tsx'
import { Written } from '../parts/written.tsx'
import type { OpenedRecord } from './access-record-query.ts'
import { Actor } from './actor.tsx'
import { Outcome } from './outcome.tsx'

/** All that is known of a request beside its bodies. */
export function RecordFacts({ domain, request }: { domain: string; request: OpenedRecord['request'] }) {
  const { t, i18n } = useTranslation('logs')
  const bytes = (count: number): string => `${count.toLocaleString(i18n.language)} ${t('bytes')}`
  const written = (text: string | null | undefined) => text && <Written text={text} most={2000} />
  return (
    <Facts
      facts={[
        [t('column.outcome'), <Outcome outcome={request.outcome} />],
        [t('column.status'), request.status],
        [t('field.errorCode'), written(request.errorCodes.join(', '))],
        [t('field.refusalReason'), written(request.refusalReason)],
        [t('column.who'), <Actor domain={domain} actor={request.actor} />],
        [t('field.keyId'), request.keyId],
        [t('column.address'), request.ip],
        [t('field.userAgent'), written(request.userAgent)],
        [t('column.when'), <Moment at={request.startedAt} />],
        [t('column.duration'), `${request.durationMs.toLocaleString(i18n.language)} ms`],
        [t('field.graph'), t(`graph.${request.graph}`)],
        [t('field.operationName'), written(request.operationName)],
        [t('field.operationKind'), request.operationKind && t(`kind.${request.operationKind}`)],
        [t('field.rootFields'), written(request.rootFields.join(', '))],
        [t('field.path'), written(`${request.method} ${request.path}`)],
        [t('field.sizes'), `${bytes(request.requestBytes)} → ${bytes(request.responseBytes)}`],
        [t('field.count'), request.count > 1 ? request.count.toLocaleString(i18n.language) : null],
        [
          t('field.requestId'),
          <Text span>
            <Code>{request.id}</Code> <Copy text={request.id} />
          </Text>,
        ],
      ]}
    />
  )
}
