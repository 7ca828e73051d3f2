import type { Generated } from 'kysely'

/** What a person may do in a domain; `operator` is of the platform alone. */
export type Role = 'support' | 'auditor' | 'operator'

/** The name under which operators are members; no domain can be called so. */
export const platform = '@platform'

export interface MembershipRow {
  userId: string
  domain: string
  role: Role
  createdAt: Generated<Date>
}

export interface InvitationRow {
  id: string
  /** The SHA-256 of the link's secret. */
  secretHash: string
  domain: string
  role: Role
  /** Whom it is for, where the inviter said so: nobody else can accept it. */
  email: string | null
  /** The user who invited; null for the links of a first start. */
  invitedBy: string | null
  createdAt: Generated<Date>
  expiresAt: Date
  acceptedBy: string | null
  acceptedAt: Date | null
}

/** The columns of better-auth's table that the console reads itself. */
export interface UserRow {
  id: string
  name: string
  email: string
}

export interface Tables {
  membership: MembershipRow
  invitation: InvitationRow
  user: UserRow
}
