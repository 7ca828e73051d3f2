import { Button, Skeleton, Stack } from '@mantine/core'
import { IconUserPlus } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Failure } from '../parts/failure.tsx'
import { Section } from '../parts/section.tsx'
import { InvitationList } from './invitation-list.tsx'
import { InviteDialog } from './invite-dialog.tsx'
import { MemberTable } from './member-table.tsx'
import { PeopleHistory } from './people-history.tsx'
import { peopleQuery, platform } from './people-query.ts'
import { useRefusals } from './refusals.ts'

/** Who may look at a domain, or operate the platform: members, open invitations, and what was done about them. */
export function PeopleOf({ domain, maySave }: { domain: string; maySave: boolean }) {
  const { t } = useTranslation('members')
  const translate = useRefusals()
  const people = useQuery(peopleQuery(domain))
  const [inviting, setInviting] = useState(false)
  if (people.error) return <Failure error={translate(people.error)} onRetry={() => void people.refetch()} />
  if (!people.data) return <Skeleton height={240} />
  const { members, invitations, mail } = people.data
  return (
    <Stack gap="xl">
      <Section
        title={t(domain === platform ? 'operators' : 'members')}
        lead={maySave ? undefined : t('readOnly')}
        actions={
          maySave && (
            <Button leftSection={<IconUserPlus size={16} aria-hidden />} onClick={() => setInviting(true)}>
              {t('invite.open')}
            </Button>
          )
        }
      >
        <MemberTable domain={domain} members={members} maySave={maySave} />
      </Section>
      <Section title={t('invitations.title')} lead={t('invitations.lead')}>
        <InvitationList domain={domain} invitations={invitations} maySave={maySave} />
      </Section>
      <PeopleHistory domain={domain} />
      {inviting && <InviteDialog domain={domain} mail={mail} onClose={() => setInviting(false)} />}
    </Stack>
  )
}
