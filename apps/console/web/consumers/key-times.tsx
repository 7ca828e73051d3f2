import { SimpleGrid, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useTranslation } from 'react-i18next'

/** From when until when a key is accepted, in the reader's zone. */
export function KeyTimes({
  form,
  errors,
}: {
  form: UseFormReturnType<{ kid: string; notBefore: string; retireAt: string }>
  errors: Record<string, string>
}) {
  const { t } = useTranslation('consumers')
  return (
    <SimpleGrid cols={{ base: 1, xs: 2 }}>
      {(['notBefore', 'retireAt'] as const).map((field) => (
        <TextInput
          key={field}
          type="datetime-local"
          label={t(`keys.${field}`)}
          description={t(`keys.${field}Text`)}
          {...form.getInputProps(field)}
          error={errors[field]}
        />
      ))}
    </SimpleGrid>
  )
}
