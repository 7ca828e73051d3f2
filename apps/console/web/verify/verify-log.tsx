import { Alert, Button, Group, Progress, Stack, Text, Textarea, TextInput, Title } from '@mantine/core'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { AnchorLink } from '../parts/links.tsx'
import type { VerifyAnswer, VerifyQuestion } from './worker.ts'

type Finding = Extract<VerifyAnswer, { kind: 'verdict' }>
type State =
  | { at: 'start' }
  | { at: 'running'; read: number; size: number }
  | { at: 'failed'; message: string }
  | { at: 'done'; finding: Finding; anchored: boolean }

/** Verifies the whole log in this browser, and says what came of it. */
export function VerifyLog({ domain }: { domain: string }) {
  const { t, i18n } = useTranslation('verification')
  const [anchor, setAnchor] = useState('')
  const [key, setKey] = useState('')
  const [state, setState] = useState<State>({ at: 'start' })
  const worker = useRef<Worker | null>(null)
  const stop = (): void => {
    worker.current?.terminate()
    worker.current = null
  }
  useEffect(() => stop, [])
  const start = (): void => {
    stop()
    setState({ at: 'running', read: 0, size: 0 })
    const started = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' })
    worker.current = started
    started.onmessage = ({ data }: MessageEvent<VerifyAnswer>) => {
      if (data.kind === 'progress') return setState({ at: 'running', read: data.read, size: data.size })
      stop()
      if (data.kind === 'failure') setState({ at: 'failed', message: data.message })
      else setState({ at: 'done', finding: data, anchored: anchor.trim() !== '' })
    }
    started.onerror = () => setState({ at: 'failed', message: t('verify.noWorker') })
    started.postMessage({ domain, anchor, key } satisfies VerifyQuestion)
  }
  const write = (count: number): string => count.toLocaleString(i18n.language)
  return (
    <Stack maw={900}>
      <Title order={2} size="h3">
        {t('verify.title')}
      </Title>
      <Text size="sm" maw={720}>
        {t('verify.lead')}
      </Text>
      <Textarea
        label={t('verify.anchor')}
        description={t('verify.anchorHint')}
        autosize
        minRows={3}
        maxRows={8}
        spellCheck={false}
        value={anchor}
        onChange={(event) => setAnchor(event.currentTarget.value)}
      />
      <TextInput
        label={t('verify.key')}
        description={t('verify.keyHint')}
        spellCheck={false}
        value={key}
        onChange={(event) => setKey(event.currentTarget.value)}
      />
      <Group>
        <Button onClick={start} disabled={state.at === 'running'}>
          {t('verify.start')}
        </Button>
        {state.at === 'running' && (
          <Button
            variant="default"
            onClick={() => {
              stop()
              setState({ at: 'start' })
            }}
          >
            {t('verify.stop')}
          </Button>
        )}
      </Group>
      {state.at === 'running' && (
        <Stack gap={4}>
          <Progress
            value={state.size > 0 ? Math.min(100, (100 * state.read) / state.size) : 0}
            aria-label={t('verify.progress')}
          />
          <Text size="sm" c="dimmed">
            {t('verify.read', { read: write(state.read), size: write(state.size) })}
          </Text>
        </Stack>
      )}
      <div aria-live="assertive">
        {state.at === 'failed' && (
          <Alert color="red" title={t('verify.failed')}>
            {state.message}
          </Alert>
        )}
        {state.at === 'done' && <Verdict domain={domain} {...state} />}
      </div>
    </Stack>
  )
}

function Verdict({ domain, finding, anchored }: { domain: string; finding: Finding; anchored: boolean }) {
  const { t, i18n } = useTranslation('verification')
  const { fault, size, covered, key } = finding
  const write = (count: number | null): string => (count ?? 0).toLocaleString(i18n.language)
  if (!fault)
    return (
      <Alert variant="light" color="clinic" title={t('verdict.good')}>
        <Text size="sm">
          {t(covered === size ? 'verdict.allText' : 'verdict.goodText', {
            size: write(size),
            covered: write(covered),
          })}
        </Text>
        <Text size="sm" mt="xs">
          {t(anchored ? 'verdict.anchored' : 'verdict.notAnchored')}
          {key === 'own' && ` ${t('verdict.ownKey')}`}
        </Text>
      </Alert>
    )
  const facts = {
    sequence: write(fault.sequence),
    until: write(fault.until ?? fault.sequence),
    message: fault.message,
  }
  return (
    <Alert variant="light" color="red" title={t(`fault.${fault.kind}.title`, facts)}>
      <Text size="sm">{t(`fault.${fault.kind}.text`, facts)}</Text>
      {fault.eventId && (
        <Text size="sm" mt="xs">
          <AnchorLink
            size="sm"
            c="inherit"
            underline="always"
            to="/d/$domain/audit-log/$id"
            params={{ domain, id: fault.eventId }}
          >
            {t('verdict.event')}
          </AnchorLink>
        </Text>
      )}
    </Alert>
  )
}
