import { Tabs } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { languages, type SampleCall } from './call.ts'
import { Code } from './code.tsx'
import { writeSample } from './write-sample.ts'

const names = { curl: 'curl', node: 'Node', python: 'Python', csharp: 'C#' }

/** The same call in the languages that integrators use, ready to copy. */
export function Samples({ call }: { call: SampleCall }) {
  const { t } = useTranslation('try-it')
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
          <Code text={writeSample(each, call)} label={t('samples.of', { language: names[each] })} />
        </Tabs.Panel>
      ))}
    </Tabs>
  )
}
