import { Button, SegmentedControl, Stack, Text } from '@mantine/core'
import { useMutation, useQuery, useQueryClient, type QueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { askConsole } from '../graph/ask.ts'
import { Failure } from '../parts/failure.tsx'
import { meQuery } from '../session.ts'
import { NewAccountForm, type NewAccount } from './new-account-form.tsx'
import { SignInForm } from './sign-in-form.tsx'
import { useRefusals } from './refusals.ts'

export interface Invitation {
  domain: string
  role: 'support' | 'auditor' | 'operator'
  email: string | null
}

/** An invitation that is good: accepted with the account that is signed in, a new one, or one that is signed in here. */
export function OpenInvitation({ secret, invitation }: { secret: string; invitation: Invitation }) {
  const { t } = useTranslation('people')
  const translate = useRefusals()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const me = useQuery(meQuery)
  const [has, setHas] = useState<'new' | 'account'>('new')
  const accept = useMutation({
    async mutationFn(account: NewAccount | null) {
      const accepted = await askConsole<{ domain: string }>('POST', '/invitations/accept', {
        secret,
        ...account,
      })
      // The link is used up: where signing in does not work at once, the page for it does.
      const signedIn = !account || (await signIn(account).catch(() => false))
      return { ...accepted, signedIn }
    },
    async onSuccess({ domain, signedIn }) {
      queries.clear()
      const home = invitation.role === 'operator' ? '/' : `/d/${encodeURIComponent(domain)}/overview`
      await navigate({ href: signedIn ? home : '/sign-in' })
    },
  })
  const user = me.data?.user
  if (me.isPending) return null
  if (user)
    return (
      <Stack>
        <Text>{t('invitation.signedInAs', { name: user.name, email: user.email })}</Text>
        {accept.error && <Failure error={translate(accept.error)} />}
        <Button loading={accept.isPending} onClick={() => accept.mutate(null)}>
          {t('invitation.accept')}
        </Button>
        <Button
          variant="subtle"
          onClick={async () => {
            await askConsole('POST', '/auth/sign-out', {})
            accept.reset()
            await startAnew(queries)
          }}
        >
          {t('invitation.otherAccount')}
        </Button>
      </Stack>
    )
  return (
    <Stack>
      <SegmentedControl
        fullWidth
        aria-label={t('invitation.accountOrNew')}
        value={has}
        onChange={(value) => setHas(value as typeof has)}
        data={[
          { value: 'new', label: t('invitation.newHere') },
          { value: 'account', label: t('invitation.haveAccount') },
        ]}
      />
      {has === 'new' ? (
        <NewAccountForm
          email={invitation.email}
          pending={accept.isPending}
          error={accept.error}
          onSubmit={(account) => accept.mutate(account)}
        />
      ) : (
        <SignInForm email={invitation.email ?? ''} onSignedIn={() => startAnew(queries)} />
      )}
    </Stack>
  )
}

async function signIn({ email, password }: NewAccount): Promise<boolean> {
  await askConsole('POST', '/auth/sign-in/email', { email: email.trim(), password })
  return true
}

/** Somebody else is signed in, or nobody: what was asked before was another's answer. */
async function startAnew(queries: QueryClient): Promise<void> {
  queries.removeQueries({ type: 'inactive' })
  await queries.resetQueries({ queryKey: meQuery.queryKey })
}
