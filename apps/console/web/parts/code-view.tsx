import { Button, Group, Stack, Text, Title } from '@mantine/core'
import { IconDownload } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useTranslation } from 'react-i18next'
import './code-view.css'
import { Copy } from './copy.tsx'
import { download } from './download.ts'

const Highlighted = lazy(() => import('./highlighted.tsx'))

/** So much is coloured and shown at once; the rest on demand, without colours. */
const shownAtFirst = 100_000
const partLength = 20_000
/** Turns the direction of what follows. In JSON the escape says the same. */
const turning = /[\u202a-\u202e\u2066-\u2069]/g

/** A body under its heading: coloured, copied, downloaded; megabytes do not hold up the page. */
export function CodeView({
  title,
  text,
  language,
  fileName,
}: {
  title: string
  text: string
  language: 'graphql' | 'json'
  fileName: string
}) {
  const { t, i18n } = useTranslation('code')
  const [all, setAll] = useState(false)
  const long = text.length > shownAtFirst
  const shown = spellTurns(long ? text.slice(0, shownAtFirst) : text)
  const size = (length: number): string =>
    `${(length / 1000).toLocaleString(i18n.language, { maximumFractionDigits: length < 10_000 ? 1 : 0 })} ${t('kilobytes')}`
  return (
    <Stack gap="xs">
      <Group justify="space-between" gap="sm">
        <Title order={2} size="h4">
          {title}
        </Title>
        <Group gap="xs">
          <Copy text={text} label={t('copy')} />
          <Button
            size="xs"
            variant="default"
            leftSection={<IconDownload size={14} aria-hidden />}
            onClick={() => download(fileName, text)}
          >
            {t('download')}
          </Button>
        </Group>
      </Group>
      <pre className="code" tabIndex={0} role="region" aria-label={title}>
        {all ? (
          cut(text).map((part, at) => (
            <span className="part" key={at}>
              {spellTurns(part)}
            </span>
          ))
        ) : (
          <Suspense fallback={shown}>
            <Highlighted text={shown} language={language} />
          </Suspense>
        )}
      </pre>
      {long && (
        <Group gap="sm">
          <Text size="sm" c="dimmed">
            {all
              ? t('whole', { size: size(text.length) })
              : t('part', { shown: size(shownAtFirst), size: size(text.length) })}
          </Text>
          <Button size="xs" variant="default" onClick={() => setAll(!all)}>
            {all ? t('showLess') : t('showAll')}
          </Button>
        </Group>
      )}
    </Stack>
  )
}

function spellTurns(text: string): string {
  return text.replace(turning, (character) => `\\u${character.charCodeAt(0).toString(16)}`)
}

/** Cuts a text into parts, at the ends of lines where there are any. */
function cut(text: string): string[] {
  const parts: string[] = []
  for (let at = 0; at < text.length;) {
    const line = text.indexOf('\n', at + partLength)
    const end = line < 0 || line > at + 2 * partLength ? at + partLength : line
    parts.push(text.slice(at, end))
    at = text[end] === '\n' ? end + 1 : end
  }
  return parts
}
