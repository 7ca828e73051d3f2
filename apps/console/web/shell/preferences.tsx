import { ActionIcon, Menu, SegmentedControl, useMantineColorScheme } from '@mantine/core'
import { IconDeviceDesktop, IconMoon, IconSun } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { changeLanguage, languages, type Language } from '../i18n.ts'

const schemes = { light: IconSun, dark: IconMoon, auto: IconDeviceDesktop } as const

/** Chooses light, dark or as the system has it. */
export function SchemeMenu() {
  const { t } = useTranslation()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const Icon = schemes[colorScheme]
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={t('scheme.label')}>
          <Icon size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {Object.entries(schemes).map(([scheme, Each]) => (
          <Menu.Item
            key={scheme}
            leftSection={<Each size={16} aria-hidden />}
            onClick={() => setColorScheme(scheme as keyof typeof schemes)}
          >
            {t(`scheme.${scheme}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

/** Chooses the language. */
export function LanguageSwitch() {
  const { t, i18n } = useTranslation()
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('language')}
      value={i18n.language}
      onChange={(value) => void changeLanguage(value as Language)}
      data={languages.map((each) => ({ value: each, label: each.toUpperCase() }))}
    />
  )
}
