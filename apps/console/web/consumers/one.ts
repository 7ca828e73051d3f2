import { queryOptions, useMutation, useQueryClient, type UseMutationResult } from '@tanstack/react-query'
import { askSettings, Refused, type TypedDocument } from '../graph/ask.ts'
import { graphql } from '../graph/settings/gql.ts'
import type { OneConsumerQuery } from '../graph/settings/graphql.ts'
import { useDomain } from '../session.ts'

const oneDocument = graphql(`
  query OneConsumer($id: ID!) {
    consumer(id: $id) {
      id
      name
      active
      issuer
      audience
      scopes
      ipRanges
      expiresAt
      requestsPerMinute
      createdAt
      updatedAt
      lastUsedAt
      requestCount
      errorCount
      version
      keys {
        id
        kid
        thumbprint
        publicKey
        createdAt
        notBefore
        retireAt
        retired
        retiredAt
        lastUsedAt
      }
    }
  }
`)

export type Consumer = NonNullable<OneConsumerQuery['consumer']>
export type Key = Consumer['keys'][number]

/** One consumer with its keys, or null when the domain has none of this id. */
export const consumerQuery = (domain: string, id: string) =>
  queryOptions({
    queryKey: ['consumers', domain, 'one', id],
    queryFn: async () => (await askSettings(domain, oneDocument, { id })).consumer ?? null,
    refetchInterval: 15_000,
  })

/** Changes something of a consumer of the domain; whatever shows consumers is asked for anew. */
export function useChange<Result, Variables>(
  document: TypedDocument<Result, Variables>,
  onDone: (result: Result) => void,
): UseMutationResult<Result, Error, Variables> {
  const { domain } = useDomain()
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (variables: Variables) => askSettings(domain, document, variables),
    async onSuccess(result) {
      await queries.invalidateQueries({ queryKey: ['consumers', domain] })
      onDone(result)
    },
  })
}

/** Whether somebody else has changed what was to be changed. */
export function isConflict(error: unknown): boolean {
  return error instanceof Refused && error.code === 'CONFLICT'
}

/** A key's state at this moment. */
export function stateOf(
  { retired, notBefore, retireAt }: Pick<Key, 'retired' | 'notBefore' | 'retireAt'>,
  nowMs = Date.now(),
): 'retired' | 'waiting' | 'retiring' | 'accepted' {
  if (retired || (retireAt && Date.parse(retireAt) <= nowMs)) return 'retired'
  if (notBefore && Date.parse(notBefore) > nowMs) return 'waiting'
  return retireAt ? 'retiring' : 'accepted'
}

/** Whether tokens that a key signs are let in now. */
export function isAccepted(key: Parameters<typeof stateOf>[0]): boolean {
  return ['accepted', 'retiring'].includes(stateOf(key))
}
