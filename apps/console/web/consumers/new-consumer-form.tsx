import { Button, Group, Stack, Switch, Text, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { graphql } from '../graph/settings/gql.ts'
import { keyFileName } from '../keys/pair.ts'
import { Failure } from '../parts/failure.tsx'
import { tell } from '../parts/tell.ts'
import { useDomain } from '../session.ts'
import { KeyField } from './key-field.tsx'
import { useChange, type Consumer } from './one.ts'
import { errorsOf, isSaidAtFields } from './refusals.ts'
import { RestrictionFacts } from './restriction-facts.tsx'
import { RestrictionFields } from './restriction-fields.tsx'
import { toInput, unrestricted } from './restrictions.ts'
import { Section } from './section.tsx'

const createDocument = graphql(`
  mutation CreateConsumer($input: CreateConsumerInput!) {
    createConsumer(input: $input) {
      consumer {
        id
        name
      }
    }
  }
`)

const copyDocument = graphql(`
  mutation CopyConsumer($input: CopyConsumerInput!) {
    copyConsumer(input: $input) {
      consumer {
        id
        name
      }
    }
  }
`)

const fields = [
  'name',
  'issuer',
  'publicKey',
  'kid',
  'scopes',
  'ipRanges',
  'audience',
  'expiresAt',
  'requestsPerMinute',
]

/** Registers a consumer, or one with the restrictions of another. */
export function NewConsumerForm({ original }: { original?: Consumer }) {
  const { t } = useTranslation('consumers')
  const { domain } = useDomain()
  const navigate = useNavigate()
  const [publicKey, setPublicKey] = useState<string | null>(null)
  const form = useForm({
    initialValues: { name: '', issuer: '', kid: '', active: original?.active ?? true, ...unrestricted },
    validate: { name: (name) => (name.trim() === '' ? t('fields.nameMissing') : null) },
  })
  const done = ({ id, name }: { id: string; name?: string | null }): void => {
    tell(t('create.doneText'), t('create.done', { name }))
    void navigate({ to: '/d/$domain/consumers/$id', params: { domain, id }, search: { tab: 'try' } })
  }
  const create = useChange(createDocument, ({ createConsumer }) => {
    if (createConsumer) done(createConsumer.consumer)
  })
  const copy = useChange(copyDocument, ({ copyConsumer }) => {
    if (copyConsumer) done(copyConsumer.consumer)
  })
  const change = original ? copy : create
  const [keyMissing, setKeyMissing] = useState(false)
  const errors: Record<string, string> = {
    ...errorsOf(change.error),
    ...(keyMissing && { publicKey: t('fields.keyMissing') }),
  }
  const send = ({ name, issuer, kid, active, ...restrictions }: typeof form.values): void => {
    setKeyMissing(publicKey === null)
    if (publicKey === null) return
    const common = {
      ...{ name: name.trim(), active, publicKey },
      ...(issuer && { issuer }),
      ...(kid && { kid }),
    }
    if (original) copy.mutate({ input: { ...common, id: original.id } })
    else create.mutate({ input: { ...common, ...toInput(restrictions) } })
  }
  return (
    <form onSubmit={form.onSubmit(send)} noValidate>
      <Stack maw={760}>
        <Section title={t('create.program')}>
          <TextInput
            label={t('fields.name')}
            description={t('fields.nameText')}
            required
            maxLength={255}
            autoComplete="off"
            {...form.getInputProps('name')}
            error={form.errors.name ?? errors.name}
          />
          <TextInput
            label={t('fields.issuer')}
            description={t('fields.issuerText')}
            placeholder={form.values.name}
            maxLength={255}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('issuer')}
            error={errors.issuer}
          />
          <Switch
            label={t('fields.active')}
            description={t('fields.activeText')}
            {...form.getInputProps('active', { type: 'checkbox' })}
          />
        </Section>
        <Section title={t('create.key')} text={t('create.keyText')}>
          <KeyField
            fileName={keyFileName(form.values.issuer || form.values.name)}
            error={errors.publicKey}
            onChange={(key) => {
              setPublicKey(key)
              if (key) setKeyMissing(false)
            }}
          />
          <TextInput
            label={t('fields.kid')}
            description={t('fields.kidText')}
            maxLength={128}
            autoComplete="off"
            spellCheck={false}
            {...form.getInputProps('kid')}
            error={errors.kid}
          />
        </Section>
        <Section
          title={t('create.restrictions')}
          text={t(original ? 'create.copiedRestrictions' : 'create.restrictionsText')}
        >
          {original ? (
            <RestrictionFacts consumer={original} />
          ) : (
            <RestrictionFields form={form} errors={errors} />
          )}
        </Section>
        {change.error && !isSaidAtFields(change.error, fields) && <Failure error={change.error} />}
        {Object.keys(errors).length > 0 && (
          <Text c="var(--mantine-color-error)" role="alert">
            {t('create.lookAbove')}
          </Text>
        )}
        <Group>
          <Button type="submit" loading={change.isPending}>
            {t('create.action')}
          </Button>
          <Button
            variant="default"
            renderRoot={(props) => <Link {...props} to="/d/$domain/consumers" params={{ domain }} />}
          >
            {t('cancel')}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
