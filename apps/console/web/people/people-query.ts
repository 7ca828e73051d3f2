import { queryOptions } from '@tanstack/react-query'
import { askConsole } from '../graph/ask.ts'

export type AnyRole = 'support' | 'auditor' | 'operator'

export interface Member {
  id: string
  name: string
  email: string
  role: AnyRole
  since: string
}

export interface PendingInvitation {
  id: string
  role: AnyRole
  email: string | null
  invitedBy: string | null
  createdAt: string
  expiresAt: string
}

export interface People {
  members: Member[]
  invitations: PendingInvitation[]
  /** Whether invitations are mailed, too. */
  mail: boolean
}

/** The name under which operators are members of the platform. */
export const platform = '@platform'

export function pathOf(domain: string): string {
  return `/domains/${encodeURIComponent(domain)}`
}

export function peopleQuery(domain: string) {
  return queryOptions({
    queryKey: ['people', domain],
    queryFn: () => askConsole<People>('GET', `${pathOf(domain)}/members`),
  })
}
