import { Alert, Group, Stack, Text, Textarea } from '@mantine/core'
import { IconAlertOctagon, IconCheck } from '@tabler/icons-react'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readPublicKey, type ReadKey } from '../keys/public-key.ts'

/** Takes a public key as PEM and says at once what is wrong with it. A private key is wiped from the field and never sent. */
export function PastedKey({
  error,
  onChange,
}: {
  error?: string
  onChange: (publicKey: string | null) => void
}) {
  const { t } = useTranslation('keys')
  const [text, setText] = useState('')
  const [read, setRead] = useState<ReadKey | null>(null)
  const [warned, setWarned] = useState(false)
  const newest = useRef('')
  const take = async (typed: string): Promise<void> => {
    newest.current = typed
    setText(typed)
    onChange(null)
    if (typed.trim() === '') return setRead(null)
    const found = await readPublicKey(typed)
    // Meanwhile more may have been typed, which is read in its turn.
    if (newest.current !== typed) return
    if (found.problem === 'private') {
      newest.current = ''
      setText('')
      setRead(null)
      return setWarned(true)
    }
    setWarned(false)
    setRead(found)
    if (!found.problem) onChange(found.pem)
  }
  const problem = read?.problem && t(`pasted.problems.${read.problem}`, { bits: read.bits })
  return (
    <Stack gap="sm">
      {warned && (
        <Alert
          color="red"
          variant="filled"
          role="alert"
          icon={<IconAlertOctagon aria-hidden />}
          title={t('pasted.privateTitle')}
        >
          {t('pasted.privateText')}
        </Alert>
      )}
      <Textarea
        label={t('pasted.label')}
        description={t('pasted.what')}
        placeholder={'-----BEGIN PUBLIC KEY-----\n…\n-----END PUBLIC KEY-----'}
        autosize
        minRows={5}
        maxRows={14}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12 } }}
        value={text}
        error={problem ?? error}
        onChange={(event) => void take(event.currentTarget.value)}
      />
      {read && !read.problem && (
        <Group gap={6} role="status" wrap="nowrap">
          <IconCheck size={16} aria-hidden />
          <Text size="sm">
            {t('pasted.fine', { bits: read.bits, thumbprint: read.thumbprint.slice(0, 12) })}
          </Text>
        </Group>
      )}
    </Stack>
  )
}
