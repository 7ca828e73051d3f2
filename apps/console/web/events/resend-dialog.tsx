import { Button, Group, Modal, Radio, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import { useResend } from './resend.ts'

/** Asks which events are to be delivered again: those of a range of numbers, or all since one. */
export function ResendDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const { t } = useTranslation('events')
  const isNumber = (value: string) => (/^\d{1,15}$/.test(value.trim()) ? null : t('resend.noNumber'))
  const form = useForm({
    initialValues: { which: 'since' as 'since' | 'range', from: '', to: '' },
    validate: {
      from: isNumber,
      to: (to, { which, from }) => {
        if (which === 'since') return null
        return isNumber(to) ?? (BigInt(to.trim()) < BigInt(from.trim() || 0) ? t('resend.backwards') : null)
      },
    },
  })
  const resend = useResend(onClose)
  const send = ({ which, from, to }: typeof form.values): void =>
    resend.mutate({
      input: {
        id,
        ...(which === 'since'
          ? { sinceSequence: from.trim() }
          : { fromSequence: from.trim(), toSequence: to.trim() }),
      },
    })
  const number = { inputMode: 'numeric' as const, maxLength: 15, autoComplete: 'off', required: true }
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('resend.title')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form noValidate onSubmit={form.onSubmit(send)}>
        <Stack>
          <Text size="sm">{t('resend.text')}</Text>
          <Radio.Group label={t('resend.which')} {...form.getInputProps('which')}>
            <Stack gap="xs" mt="xs">
              <Radio value="since" label={t('resend.since')} description={t('resend.sinceText')} />
              <Radio value="range" label={t('resend.range')} description={t('resend.rangeText')} />
            </Stack>
          </Radio.Group>
          <Group align="flex-start" grow>
            <TextInput label={t('resend.from')} {...number} {...form.getInputProps('from')} />
            {form.values.which === 'range' && (
              <TextInput label={t('resend.to')} {...number} {...form.getInputProps('to')} />
            )}
          </Group>
          {resend.error && <Failure error={resend.error} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={resend.isPending}>
              {t('resend.action')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
