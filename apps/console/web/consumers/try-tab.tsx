import { Button, Group, Skeleton, Text, Textarea } from '@mantine/core'
import { useMutation, useQuery } from '@tanstack/react-query'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { keyFileName } from '../keys/pair.ts'
import { mintToken } from '../keys/token.ts'
import { Failure } from '../parts/failure.tsx'
import { Samples } from '../samples/samples.tsx'
import { useDomain } from '../session.ts'
import { domainQuery } from './domain-facts.ts'
import { KeyPicker, type PickedKey } from './key-picker.tsx'
import type { Consumer } from './one.ts'
import { Section } from './section.tsx'
import { TriedAnswer, type Tried } from './tried-answer.tsx'

export const firstQuery = `query FirstQuery {
  patients(first: 3) {
    totalCount
    nodes {
      id
      fullName
    }
  }
}`

/** Asks the API as a consumer, with a key that stays in this page, and shows code that does the same. */
export default function TryTab({ consumer }: { consumer: Consumer }) {
  const { t } = useTranslation('try-it')
  const { domain } = useDomain()
  const facts = useQuery(domainQuery(domain))
  const [picked, setPicked] = useState<PickedKey | null>(null)
  const [query, setQuery] = useState(firstQuery)
  const registered = consumer.keys.find(({ thumbprint }) => thumbprint === picked?.thumbprint)
  const { issuer, audience } = consumer
  const ask = useMutation({
    mutationFn: async (key: CryptoKey) => {
      const token = await mintToken(key, { issuer, audience, kid: registered?.kid })
      return askEnterprise(domain, token, query)
    },
  })
  return (
    <>
      <Section title={t('title')} text={t('text')}>
        <KeyPicker consumer={consumer} picked={picked} registered={registered} onPick={setPicked} />
        <Textarea
          label={t('query')}
          autosize
          minRows={6}
          maxRows={20}
          spellCheck={false}
          styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 13 } }}
          value={query}
          onChange={(event) => setQuery(event.currentTarget.value)}
        />
        <Group>
          <Button
            leftSection={<IconPlayerPlay size={16} aria-hidden />}
            disabled={!picked}
            loading={ask.isPending}
            onClick={() => picked && ask.mutate(picked.key)}
          >
            {t('run')}
          </Button>
          {!picked && (
            <Text size="sm" c="dimmed">
              {t('needsKey')}
            </Text>
          )}
        </Group>
        {ask.error && <Failure error={ask.error} />}
        {ask.data && <TriedAnswer tried={ask.data} />}
      </Section>
      <Section title={t('samples.title')} text={t('samples.text')}>
        {facts.error && <Failure error={facts.error} onRetry={() => void facts.refetch()} />}
        {facts.isPending && <Skeleton height={200} />}
        {facts.data && (
          <Samples
            call={{
              ...{ endpoint: facts.data.endpoint, issuer, audience, kid: registered?.kid, query },
              keyFile: picked?.fileName ?? keyFileName(issuer),
            }}
          />
        )}
      </Section>
    </>
  )
}

async function askEnterprise(domain: string, token: string, query: string): Promise<Tried> {
  const startedMs = performance.now()
  const response = await fetch(`/api/domains/${encodeURIComponent(domain)}/enterprise`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query }),
  })
  const text = await response.text()
  return {
    status: response.status,
    durationMs: Math.round(performance.now() - startedMs),
    requestId: response.headers.get('x-request-id'),
    text: pretty(text),
  }
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
