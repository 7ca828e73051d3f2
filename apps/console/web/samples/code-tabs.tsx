import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { languages, type SampleLanguage } from './call.ts'
import { Code } from './code.tsx'

const usualNames = { curl: 'curl', node: 'Node', python: 'Python', csharp: 'C#' }

/** The same in the languages that integrators use, ready to copy. */
export function CodeTabs({
  write,
  names: given = {},
}: {
  write: (language: SampleLanguage) => string
  names?: Partial<Record<SampleLanguage, string>>
}) {
  const { t } = useTranslation('try-it')
  const names = { ...usualNames, ...given }
  return (
    <Tabs defaultValue="curl" keepMounted={false} variant="outline">
      <Tabs.List>
        {languages.map((each) => (
          <Tabs.Tab key={each} value={each}>
            {names[each]}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {languages.map((each) => (
        <Tabs.Panel key={each} value={each} pt="sm">
          <Code text={write(each)} label={t('samples.of', { language: names[each] })} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
