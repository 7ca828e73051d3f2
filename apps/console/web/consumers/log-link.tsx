import { Anchor } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useDomain } from '../session.ts'

/** Leads to a log of the domain, filtered as its own page filters it. */
export function LogLink({
  to,
  search,
  label,
  children,
}: {
  to: '/d/$domain/access-log' | '/d/$domain/audit-log'
  search: Record<string, string>
  /** What is said where the words alone do not say of whom. */
  label?: string
  children: ReactNode
}) {
  const { domain } = useDomain()
  return (
    <Anchor
      size="sm"
      display="inline-block"
      aria-label={label}
      renderRoot={(props) => <Link {...props} to={to} params={{ domain }} search={search as never} />}
    >
      {children}
    </Anchor>
  )
}
