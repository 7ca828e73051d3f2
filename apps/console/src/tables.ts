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

export type PeopleAction = 'INVITED' | 'INVITATION_TAKEN_BACK' | 'JOINED' | 'ROLE_CHANGED' | 'REMOVED'

export interface PeopleEventRow {
  domain: string
  id: Generated<string>
  at: Generated<Date>
  action: PeopleAction
  actorId: string
  /** Names and roles are those of the time. */
  actorName: string
  actorRole: Role
  /** Whom it was done to; null for an invitation, which nobody has accepted. */
  subjectId: string | null
  /** Their name, or the address that was invited; null for an invitation of whoever has the link. */
  subject: string | null
  role: Role
  earlierRole: Role | null
}

/** The columns of better-auth's tables that the console reads or writes itself. */
export interface UserRow {
  id: string
  name: string
  email: string
  emailVerified: boolean
  createdAt: Date
  updatedAt: Date
}

export interface AccountRow {
  id: string
  accountId: string
  providerId: string
  userId: string
  password: string
  createdAt: Date
  updatedAt: Date
}

export interface SessionRow {
  id: string
  token: string
  userId: string
  expiresAt: Date
  createdAt: Date
  updatedAt: Date
  ipAddress: string | null
  userAgent: string | null
}

export interface Tables {
  membership: MembershipRow
  invitation: InvitationRow
  peopleEvent: PeopleEventRow
  user: UserRow
  account: AccountRow
  session: SessionRow
}
