import { Select, TagsInput } from '@mantine/core'
import { useTranslation } from 'react-i18next'

const zones = Intl.supportedValuesOf('timeZone')

/** Under which names a domain is reached, and which clock its times are told by. */
export function HostsAndZone({
  hosts,
  zone,
  onHosts,
  onZone,
}: {
  hosts: string[]
  zone: string
  onHosts: (hosts: string[]) => void
  onZone: (zone: string) => void
}) {
  const { t } = useTranslation('operator')
  return (
    <>
      <TagsInput
        label={t('form.hosts')}
        description={t('form.hostsHint')}
        placeholder={hosts.length === 0 ? 'api.clinic.example' : undefined}
        required={hosts.length === 0}
        splitChars={[',', ' ', ';']}
        acceptValueOnBlur
        value={hosts}
        onChange={onHosts}
      />
      <Select
        label={t('form.zone')}
        description={t('form.zoneHint')}
        searchable
        required
        allowDeselect={false}
        limit={60}
        data={zones.includes(zone) || !zone ? zones : [zone, ...zones]}
        value={zone || null}
        onChange={(value) => onZone(value ?? '')}
      />
    </>
  )
}
