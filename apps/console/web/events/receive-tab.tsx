import { List, Skeleton, Text } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { domainQuery } from '../consumers/domain-facts.ts'
import { Section } from '../consumers/section.tsx'
import { keyFileName } from '../keys/pair.ts'
import { Code } from '../samples/code.tsx'
import { VerificationSamples } from '../samples/verification/verification-samples.tsx'
import { useDomain } from '../session.ts'
import { writeReceiverCommand } from './receiver-command.ts'
import type { Subscription } from './subscriptions.ts'

/** How a program takes deliveries: the rules, code that verifies one, and a receiver that is ready to run. */
export function ReceiveTab({ subscription: { consumer, topics } }: { subscription: Subscription }) {
  const { t } = useTranslation('events')
  const { domain } = useDomain()
  const facts = useQuery(domainQuery(domain))
  const { issuer } = consumer
  return (
    <>
      <Section title={t('receive.rules')}>
        <List type="ordered" spacing="xs" size="sm">
          {['verify', 'store', 'once', 'read', 'order', 'catchUp'].map((rule) => (
            <List.Item key={rule}>{t(`receive.rule.${rule}`)}</List.Item>
          ))}
        </List>
      </Section>
      <Section title={t('receive.verify')} text={t('receive.verifyText')}>
        <VerificationSamples />
      </Section>
      <Section title={t('receive.receiver')} text={t('receive.receiverText')}>
        {facts.isPending && <Skeleton height={120} />}
        {facts.data && (
          <Code
            text={writeReceiverCommand({
              ...{ endpoint: facts.data.endpoint, issuer, topics },
              keyFile: keyFileName(issuer),
            })}
            label={t('receive.command')}
          />
        )}
        <Text size="sm" c="dimmed">
          {t('receive.catchUp')}
        </Text>
      </Section>
    </>
  )
}
