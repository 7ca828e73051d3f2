import { ActionIcon, Badge, Menu, Table, Text, VisuallyHidden } from '@mantine/core'
import { IconDots } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Ago } from '../parts/time.tsx'
import { meQuery } from '../session.ts'
import { ChangeMember, type Change } from './change-member.tsx'
import type { Member } from './people-query.ts'

/** The members of a domain: what each may do and, for whoever manages them, what can be done about it. */
export function MemberTable({
  domain,
  members,
  maySave,
}: {
  domain: string
  members: Member[]
  maySave: boolean
}) {
  const { t } = useTranslation('members')
  const { data: me } = useQuery(meQuery)
  const [change, setChange] = useState<Change | null>(null)
  if (members.length === 0) return <Text c="dimmed">{t('nobody')}</Text>
  return (
    <>
      <Table.ScrollContainer minWidth={300} type="native">
        <Table>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t('columns.name')}</Table.Th>
              <Table.Th>{t('columns.role')}</Table.Th>
              <Table.Th visibleFrom="sm">{t('columns.since')}</Table.Th>
              {maySave && (
                <Table.Th pos="relative">
                  <VisuallyHidden>{t('columns.actions')}</VisuallyHidden>
                </Table.Th>
              )}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <Table.Tr key={member.id}>
                <Table.Td>
                  <Text size="sm" fw={500}>
                    {member.name}
                    {member.id === me?.user?.id && ` (${t('you')})`}
                  </Text>
                  <Text size="sm" c="dimmed" className="anywhere">
                    {member.email.split('@')[0]}
                    <wbr />@{member.email.split('@')[1]}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Badge
                    variant="light"
                    w="max-content"
                    color={member.role === 'auditor' ? 'gray' : undefined}
                  >
                    {t(`roles.${member.role}.name`)}
                  </Badge>
                </Table.Td>
                <Table.Td visibleFrom="sm">
                  <Ago at={member.since} />
                </Table.Td>
                {maySave && (
                  <Table.Td ta="end">
                    <MemberMenu member={member} onChoose={setChange} />
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {change && (
        <ChangeMember
          domain={domain}
          change={change}
          self={change.member.id === me?.user?.id}
          onClose={() => setChange(null)}
        />
      )}
    </>
  )
}

function MemberMenu({ member, onChoose }: { member: Member; onChoose: (change: Change) => void }) {
  const { t } = useTranslation('members')
  const other = member.role === 'support' ? 'auditor' : 'support'
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="subtle" color="gray" aria-label={t('actionsFor', { name: member.name })}>
          <IconDots size={18} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {member.role !== 'operator' && (
          <Menu.Item onClick={() => onChoose({ member, role: other })}>{t(`change.${other}.open`)}</Menu.Item>
        )}
        <Menu.Item onClick={() => onChoose({ member, role: null })}>{t('change.remove.open')}</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
