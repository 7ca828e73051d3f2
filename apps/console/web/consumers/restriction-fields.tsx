import { Checkbox, NumberInput, Stack, Switch, Table, Text, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'
import { areas, skipValidations, type Restrictions } from './restrictions.ts'

/** What narrows what a consumer may do. All of it is off until somebody sets it. */
export function RestrictionFields<Values extends Restrictions>({
  form,
  errors,
}: {
  form: UseFormReturnType<Values>
  /** What the graph said of each. */
  errors: Record<string, string>
}) {
  const { t } = useTranslation('consumers')
  // Of a generic form the paths are not known to be those of restrictions, which its values are.
  const fields = form as unknown as UseFormReturnType<Restrictions>
  const { limitScopes, scopes } = fields.getValues()
  const mark = (scope: string, given: boolean): void =>
    fields.setFieldValue('scopes', given ? [...scopes, scope] : scopes.filter((each) => each !== scope))
  const box = (scope: string, label: string) => (
    <Checkbox
      aria-label={label}
      checked={scopes.includes(scope)}
      onChange={(event) => mark(scope, event.currentTarget.checked)}
    />
  )
  return (
    <Stack gap="md">
      <Switch
        label={t('scopes.limit')}
        description={t('scopes.limitText')}
        checked={limitScopes}
        onChange={(event) => fields.setFieldValue('limitScopes', event.currentTarget.checked)}
      />
      {limitScopes && (
        <Stack gap="xs" pl={{ base: 0, sm: 'xl' }}>
          <Table aria-label={t('scopes.label')} maw={520} verticalSpacing="xs" highlightOnHover={false}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t('scopes.area')}</Table.Th>
                <Table.Th>{t('scopes.read')}</Table.Th>
                <Table.Th>{t('scopes.write')}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {areas.map((area) => (
                <Table.Tr key={area}>
                  <Table.Td>{t(`scopes.areas.${area}`)}</Table.Td>
                  {(['read', 'write'] as const).map((kind) => (
                    <Table.Td key={kind}>
                      {box(`${area}:${kind}`, `${t(`scopes.areas.${area}`)}: ${t(`scopes.${kind}`)}`)}
                    </Table.Td>
                  ))}
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
          <Checkbox
            label={t('scopes.skip')}
            description={t('scopes.skipText')}
            checked={scopes.includes(skipValidations)}
            onChange={(event) => mark(skipValidations, event.currentTarget.checked)}
          />
          {scopes.length === 0 && (
            <Text size="sm" c="var(--mantine-color-error)">
              {t('scopes.nothing')}
            </Text>
          )}
          {errors.scopes && (
            <Text size="sm" c="var(--mantine-color-error)" role="alert">
              {errors.scopes}
            </Text>
          )}
        </Stack>
      )}
      <Textarea
        label={t('fields.ipRanges')}
        description={t('fields.ipRangesText')}
        placeholder={'203.0.113.0/24\n2001:db8::/32'}
        autosize
        minRows={2}
        maxRows={10}
        spellCheck={false}
        {...fields.getInputProps('ipRanges')}
        error={errors.ipRanges}
      />
      <TextInput
        label={t('fields.audience')}
        description={t('fields.audienceText')}
        autoComplete="off"
        {...fields.getInputProps('audience')}
        error={errors.audience}
      />
      <TextInput
        type="datetime-local"
        label={t('fields.expiresAt')}
        description={t('fields.expiresAtText')}
        {...fields.getInputProps('expiresAt')}
        error={errors.expiresAt}
      />
      <NumberInput
        label={t('fields.requestsPerMinute')}
        description={t('fields.requestsPerMinuteText')}
        min={1}
        max={1_000_000}
        allowDecimal={false}
        thousandSeparator=" "
        hideControls
        {...fields.getInputProps('requestsPerMinute')}
        error={errors.requestsPerMinute}
      />
    </Stack>
  )
}
