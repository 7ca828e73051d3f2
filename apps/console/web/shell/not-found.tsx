import { Button } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { Bare } from './bare.tsx'

/** Says that there is no such page, and where the start is. */
export function NotFound() {
  const { t } = useTranslation()
  return (
    <Bare>
      <Page title={t('notFound.title')} lead={t('notFound.text')}>
        <Button component="a" href="/">
          {t('notFound.home')}
        </Button>
      </Page>
    </Bare>
  )
}
