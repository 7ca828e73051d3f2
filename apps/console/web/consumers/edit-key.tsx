import { Button, Group, Modal, Stack, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { KeyTimes } from './key-times.tsx'
import { useChange, type Consumer, type Key } from './one.ts'
import { errorsOf, isSaidAtFields } from './refusals.ts'
import { fromLocal, toLocal } from './restrictions.ts'

const updateKeyDocument = graphql(`
  mutation UpdateConsumerKey($input: UpdateConsumerKeyInput!) {
    updateConsumerKey(input: $input) {
      key {
        id
      }
    }
  }
`)

/** Changes by which `kid` a key is selected and when it is accepted. What was not touched is not sent. */
export function EditKey({
  consumer,
  of: key,
  onClose,
}: {
  consumer: Consumer
  of: Key
  onClose: () => void
}) {
  const { t } = useTranslation('consumers')
  const form = useForm({
    initialValues: {
      kid: key.kid ?? '',
      notBefore: toLocal(key.notBefore),
      retireAt: toLocal(key.retireAt),
    },
  })
  const update = useChange(updateKeyDocument, () => {
    tell(t('keys.changed'))
    onClose()
  })
  const errors = errorsOf(update.error)
  const send = ({ kid, notBefore, retireAt }: typeof form.values): void =>
    update.mutate({
      input: {
        ...{ id: consumer.id, keyId: key.id },
        ...(form.isDirty('kid') && { kid: kid || null }),
        ...(form.isDirty('notBefore') && { notBefore: fromLocal(notBefore) }),
        ...(form.isDirty('retireAt') && { retireAt: fromLocal(retireAt) }),
      },
    })
  return (
    <Modal opened onClose={onClose} title={t('keys.edit')} closeButtonProps={{ 'aria-label': t('close') }}>
      <form onSubmit={form.onSubmit(send)} noValidate>
        <Stack>
          <TextInput
            label={t('fields.kid')}
            description={t('fields.kidText')}
            maxLength={128}
            spellCheck={false}
            {...form.getInputProps('kid')}
            error={errors.kid}
          />
          <KeyTimes form={form} errors={errors} />
          {update.error && !isSaidAtFields(update.error, ['kid', 'notBefore', 'retireAt']) && (
            <Failure error={update.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" loading={update.isPending}>
              {t('save')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
