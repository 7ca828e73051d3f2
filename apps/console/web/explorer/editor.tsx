import 'graphiql/setup-workers/vite'
import 'graphiql/style.css'
import './editor.css'
import { useComputedColorScheme } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { GraphiQL } from 'graphiql'
import { buildClientSchema, getIntrospectionQuery, type IntrospectionQuery } from 'graphql'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'
import { askEnterprise } from './ask-enterprise.ts'
import type { Connection } from './connect.tsx'

type Fetcher = Parameters<typeof GraphiQL>[0]['fetcher']

const example = `query FirstPatients {
  patients(first: 5) {
    nodes {
      id
      firstName
      lastName
    }
  }
}
`

/** GraphiQL on the enterprise graph. What one asks is kept in this browser, apart for each domain; keys and answers are not. */
export default function Editor({
  domain,
  connection,
  query,
}: {
  domain: string
  connection: Connection | null
  query: string | undefined
}) {
  const { t } = useTranslation('explorer')
  const scheme = useComputedColorScheme()
  const { data: schema = null } = useQuery({
    queryKey: ['enterprise schema', domain],
    enabled: connection !== null,
    staleTime: Infinity,
    queryFn: async () => {
      if (!connection) return null
      const { data } = await askEnterprise(domain, connection.getToken, { query: getIntrospectionQuery() })
      return data ? buildClientSchema(data as IntrospectionQuery) : null
    },
  })
  const fetcher = useMemo<Fetcher>(
    () => async (question, options) =>
      connection
        ? ((await askEnterprise(
            domain,
            connection.getToken,
            question,
            options?.headers as Record<string, string> | undefined,
          )) as object)
        : { errors: [{ message: t('notConnected') }] },
    [domain, connection, t],
  )
  const storage = useMemo(() => createStorage(`explorer ${domain}: `), [domain])
  return (
    <div className="editor" role="region" aria-label={t('editor')} tabIndex={0}>
      <GraphiQL
        fetcher={fetcher}
        schema={schema}
        defaultQuery={`# ${t('hint')}\n${example}`}
        initialQuery={query}
        storage={storage}
        forcedTheme={scheme}
        shouldPersistHeaders={false}
      >
        <GraphiQL.Logo>{null}</GraphiQL.Logo>
      </GraphiQL>
    </div>
  )
}

/** A part of the browser's storage by itself. */
function createStorage(prefix: string) {
  const names = (): string[] => Object.keys(localStorage).filter((name) => name.startsWith(prefix))
  return {
    getItem: (name: string) => localStorage.getItem(prefix + name),
    setItem: (name: string, value: string) => localStorage.setItem(prefix + name, value),
    removeItem: (name: string) => localStorage.removeItem(prefix + name),
    clear: () => names().forEach((name) => localStorage.removeItem(name)),
    get length() {
      return names().length
    },
  }
}
