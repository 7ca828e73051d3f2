import { Alert, Button, Code, Group, List, Stack, Text, Title } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { IconCircleCheck, IconCircleX, IconShieldCheck } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { askSettings } from '../graph/ask.ts'
import { Facts } from '../parts/facts.tsx'
import { Failure } from '../parts/failure.tsx'
import { AnchorLink } from '../parts/links.tsx'
import { auditProofDocument, type WholeEvent } from './audit-event-query.ts'

/** The leaf of an event, and its proof: fetched, and verified by this browser. */
export function EventProof({ domain, event }: { domain: string; event: WholeEvent }) {
  const { t } = useTranslation('logs')
  const check = useMutation({
    mutationFn: async () => {
      const { auditProof } = await askSettings(domain, auditProofDocument, { eventId: event.id })
      if (!auditProof) return null
      const { checkProof } = await import('../verify/check-proof.ts')
      return { proof: auditProof, steps: checkProof(event, auditProof) }
    },
  })
  const { data } = check
  return (
    <Stack gap="sm">
      <Title order={2} size="h4">
        {t('proof.title')}
      </Title>
      <Text size="sm" maw={720}>
        {event.sequence === null || event.sequence === undefined
          ? t('proof.waiting')
          : t('proof.place', { place: event.sequence })}{' '}
        {t('proof.lead')}
      </Text>
      <Group>
        <Button
          leftSection={<IconShieldCheck size={16} aria-hidden />}
          loading={check.isPending}
          onClick={() => check.mutate()}
        >
          {t('proof.check')}
        </Button>
      </Group>
      <div aria-live="polite">
        {check.error && <Failure error={check.error} />}
        {data === null && <Text>{t('proof.notYet')}</Text>}
        {data && (
          <Stack>
            <Alert
              variant="light"
              color={data.steps.every(({ holds }) => holds) ? 'clinic' : 'red'}
              title={t(data.steps.every(({ holds }) => holds) ? 'proof.holds' : 'proof.fails')}
            >
              <List size="sm" spacing={4} listStyleType="none">
                {data.steps.map(({ step, holds }) => (
                  <List.Item
                    key={step}
                    icon={
                      holds ? (
                        <IconCircleCheck size={16} aria-label={t('proof.yes')} />
                      ) : (
                        <IconCircleX size={16} aria-label={t('proof.no')} />
                      )
                    }
                  >
                    {t(`proof.step.${step}`)}
                  </List.Item>
                ))}
              </List>
            </Alert>
            <Facts
              facts={[
                [t('field.sequence'), data.proof.sequence],
                [t('field.leafHash'), <Code>{data.proof.leafHash}</Code>],
                [t('field.covered'), data.proof.checkpoint.size],
              ]}
            />
            <Text size="sm" c="dimmed" maw={720}>
              {t('proof.limits')}{' '}
              <AnchorLink size="sm" underline="always" to="/d/$domain/verification" params={{ domain }}>
                {t('proof.whole')}
              </AnchorLink>
            </Text>
          </Stack>
        )}
      </div>
    </Stack>
  )
}
