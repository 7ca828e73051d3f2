import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { keyFileName } from '../keys/pair.ts'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { KeyField } from './key-field.tsx'
import { KeyTimes } from './key-times.tsx'
import { useChange, type Consumer } from './one.ts'
import { errorsOf, isSaidAtFields } from './refusals.ts'
import { fromLocal } from './restrictions.ts'

const addDocument = graphql(`
  mutation AddConsumerKey($input: AddConsumerKeyInput!) {
    addConsumerKey(input: $input) {
      key {
        id
      }
    }
  }
`)

/** Adds a key to a consumer beside those that it has. */
export function AddKey({ consumer, onClose }: { consumer: Consumer; onClose: () => void }) {
  const { t } = useTranslation('consumers')
  const [publicKey, setPublicKey] = useState<string | null>(null)
  const form = useForm({ initialValues: { kid: '', notBefore: '', retireAt: '' } })
  const add = useChange(addDocument, () => {
    tell(t('keys.added'))
    onClose()
  })
  const errors = errorsOf(add.error)
  const send = ({ kid, notBefore, retireAt }: typeof form.values): void => {
    if (publicKey === null) return
    const times = { notBefore: fromLocal(notBefore), retireAt: fromLocal(retireAt) }
    add.mutate({ input: { id: consumer.id, publicKey, ...(kid && { kid }), ...times } })
  }
  // A new file for each key: the older one may still be needed.
  const fileName = keyFileName(`${consumer.issuer}-${new Date().toISOString().slice(0, 10)}`)
  return (
    <Modal
      opened
      onClose={onClose}
      size="lg"
      title={t('keys.add')}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <form onSubmit={form.onSubmit(send)} noValidate>
        <Stack>
          <Text size="sm">{t('keys.addText')}</Text>
          <KeyField fileName={fileName} error={errors.publicKey} onChange={setPublicKey} />
          <TextInput
            label={t('fields.kid')}
            description={t('fields.kidText')}
            maxLength={128}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('kid')}
            error={errors.kid}
          />
          <KeyTimes form={form} errors={errors} />
          {add.error && !isSaidAtFields(add.error, ['publicKey', 'kid', 'notBefore', 'retireAt']) && (
            <Failure error={add.error} />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {t('cancel')}
            </Button>
            <Button type="submit" disabled={publicKey === null} loading={add.isPending}>
              {t('keys.add')}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
