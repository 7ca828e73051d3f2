import { Autocomplete, type AutocompleteProps, Text } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'

const searchDocument = graphql(`
  query PatientsToChoose($text: SearchString!) {
    searchPatients(text: $text, first: 8, includeArchived: true) {
      nodes {
        patient {
          id
          firstName
          lastName
          dateOfBirth
        }
      }
    }
  }
`)

/** Chooses a patient: by the id, or found by name, date of birth or phone number. */
export function PatientChoice({
  domain,
  patientId,
  onChange,
}: {
  domain: string
  patientId: string | number | undefined
  onChange: (patientId: number | undefined) => void
}) {
  const { t } = useTranslation('logs')
  const [typed, setTyped] = useState(patientId === undefined ? '' : String(patientId))
  const [text] = useDebouncedValue(typed.trim(), 300)
  const isId = /^\d+$/.test(text)
  const { data: patients = [], error } = useQuery({
    queryKey: ['patients to choose', domain, text],
    enabled: text.length >= 2 && !isId && !text.includes(' · '),
    staleTime: 60_000,
    queryFn: async () => {
      const { searchPatients } = await askSettings(domain, searchDocument, { text })
      return (searchPatients?.nodes ?? []).map(({ patient }) => patient)
    },
  })
  const names = new Map(
    patients.map((each) => [
      `${each.firstName ?? ''} ${each.lastName ?? ''} · ${t('patient', { id: each.id })}`.trim(),
      each,
    ]),
  )
  const drawOption: AutocompleteProps['renderOption'] = ({ option }) => (
    <div>
      <Text size="sm">{option.value}</Text>
      <Text size="xs" c="dimmed">
        {names.get(option.value)?.dateOfBirth}
      </Text>
    </div>
  )
  const take = (): void => {
    const id = typed.trim()
    if (/^\d{1,15}$/.test(id) && id !== String(patientId)) onChange(Number(id))
    if (id === '' && patientId !== undefined) onChange(undefined)
  }
  return (
    <Autocomplete
      label={t('disclosures.patient')}
      description={t('disclosures.patientHint')}
      error={error && t('disclosures.searchFailed')}
      data={[...names.keys()]}
      filter={({ options }) => options}
      value={typed}
      renderOption={drawOption}
      onChange={setTyped}
      onOptionSubmit={(name) => onChange(Number(names.get(name)?.id))}
      onBlur={take}
      onKeyDown={(event) => {
        if (event.key === 'Enter') take()
      }}
    />
  )
}
