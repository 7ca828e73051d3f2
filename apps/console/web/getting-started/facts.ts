import { queryOptions, useQueries, useQuery } from '@tanstack/react-query'
import { domainQuery } from '../consumers/domain-facts.ts'
import { listQuery, type ListedConsumer } from '../consumers/list.ts'
import { isAccepted } from '../consumers/one.ts'
import { askConsole, askSettings } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import { meQuery } from '../session.ts'

const bookingsDocument = graphql(`
  query FirstBookings($consumer: ID!) {
    auditLog(consumer: $consumer, action: "appointment.created", first: 1) {
      nodes {
        id
      }
    }
  }
`)

/** Whoever follows the steps looks here for what they just did. */
const soonMs = 4_000

/** Whether a consumer has ever booked an appointment. */
export const hasBookedQuery = (domain: string, consumer: string | undefined) =>
  queryOptions({
    queryKey: ['has-booked', domain, consumer ?? ''],
    queryFn: async () => {
      const { auditLog } = await askSettings(domain, bookingsDocument, { consumer: consumer ?? '' })
      return (auditLog.nodes?.length ?? 0) > 0
    },
    enabled: consumer !== undefined,
    refetchInterval: soonMs,
  })

const membersQuery = (domain: string) =>
  queryOptions({
    queryKey: ['members', domain, 'count'],
    queryFn: async () =>
      (
        await askConsole<{ members: unknown[]; invitations: unknown[] }>(
          'GET',
          `/domains/${encodeURIComponent(domain)}/members`,
        )
      ).members.length,
  })

/** What is known of how far a domain has come. */
export interface DomainProgress {
  endpoint: string
  sandbox: boolean
  enabled: boolean
  /** A sandbox that the reader may look at: this domain or another. */
  sandboxName: string | undefined
  people: number
  consumers: ListedConsumer[]
}

/** Asks for everything that says how far a domain has come; undefined until all of it is there. */
export function useDomainProgress(domain: string): { progress?: DomainProgress; error: unknown } {
  const { data: me } = useQuery(meQuery)
  const facts = useQuery(domainQuery(domain))
  const members = useQuery(membersQuery(domain))
  const consumers = useQuery({ ...listQuery(domain), refetchInterval: soonMs })
  const others = useQueries({ queries: (me?.memberships ?? []).map((each) => domainQuery(each.domain)) })
  const error = facts.error ?? members.error ?? consumers.error
  if (!facts.data || members.data === undefined || !consumers.data) return { error }
  const other = me?.memberships.find((_, at) => others[at]?.data?.sandbox)
  const sandboxName = facts.data.sandbox ? domain : other?.domain
  return {
    error,
    progress: { ...facts.data, sandboxName, people: members.data, consumers: consumers.data },
  }
}

/** Whether a program could be let in with one of its keys. */
export function hasKey({ keys }: ListedConsumer): boolean {
  return keys.some(isAccepted)
}
