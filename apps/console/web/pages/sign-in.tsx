import { useQueryClient } from '@tanstack/react-query'
import { createLazyRoute, useNavigate, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { Page } from '../parts/page.tsx'
import { SignInForm } from '../people/sign-in-form.tsx'
import { Bare } from '../shell/bare.tsx'

export const Route = createLazyRoute('/sign-in')({ component: SignIn })

function SignIn() {
  const { t } = useTranslation('people')
  const { next } = useSearch({ strict: false }) as { next?: string }
  const navigate = useNavigate()
  const queries = useQueryClient()
  const goOn = async (): Promise<void> => {
    // Whatever was asked before was somebody else's answer.
    queries.clear()
    await navigate({ href: next ?? '/' })
  }
  return (
    <Bare>
      <Page title={t('signIn.title')}>
        <SignInForm onSignedIn={goOn} />
      </Page>
    </Bare>
  )
}
