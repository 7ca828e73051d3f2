import { Button, Group, Text } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Code } from '../samples/code.tsx'
import { quoteForShell } from '../samples/call.ts'
import { useDomain } from '../session.ts'
import { Checklist } from './checklist.tsx'
import { hasKey, type DomainProgress } from './facts.ts'

/** What a domain needs before programs use its API. */
export function DomainList({ progress }: { progress: DomainProgress }) {
  const { t } = useTranslation('getting-started')
  const { domain, maySave } = useDomain()
  const { consumers, enabled, sandbox, sandboxName, people } = progress
  const used = consumers.filter(({ lastUsedAt }) => lastUsedAt)
  const [first] = consumers
  const keyless = consumers.find((each) => !hasKey(each)) ?? first
  const trial = quoteForShell(`${domain}-sandbox`)
  const button = (to: string, words: string, id?: string, tab?: string) => (
    <Group>
      <Button
        variant="light"
        size="xs"
        renderRoot={(props) => <Link {...props} to={to} params={{ domain, id }} search={{ tab }} />}
      >
        {words}
      </Button>
    </Group>
  )
  return (
    <Checklist
      list="domain"
      steps={[
        {
          name: 'people',
          done: people > 1,
          children: button('/d/$domain/members', t('domain.people.action')),
        },
        {
          name: 'sandbox',
          done: sandboxName !== undefined,
          children:
            sandboxName === undefined ? (
              <>
                <Text size="sm">{t('domain.sandbox.ask')}</Text>
                <Code text={`npm run chart -- domain create ${trial} --sandbox\n`} label={t('command')} />
              </>
            ) : (
              <Text size="sm">{t('domain.sandbox.have', { sandbox: sandboxName })}</Text>
            ),
        },
        {
          name: 'consumer',
          done: consumers.length > 0,
          children: maySave && button('/d/$domain/consumers/new', t('domain.consumer.action')),
        },
        {
          name: 'key',
          done: consumers.some(hasKey),
          children: keyless && button('/d/$domain/consumers/$id', t('domain.key.action'), keyless.id, 'keys'),
        },
        {
          name: 'query',
          done: used.length > 0,
          children: first && button('/d/$domain/consumers/$id', t('domain.query.action'), first.id, 'try'),
        },
        {
          name: 'live',
          done: enabled && !sandbox && used.length > 0,
          children: button('/d/$domain/overview', t('domain.live.action')),
        },
      ]}
    />
  )
}
