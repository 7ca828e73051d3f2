import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './shell/styles.css'
import { MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { StrictMode, Suspense, type ReactNode } from 'react'
import { createRoot } from 'react-dom/client'
import { Refused } from './graph/ask.ts'
import { startTexts } from './i18n.ts'
import { resolveVariables, theme } from './theme.ts'

const nonce = document.querySelector<HTMLMetaElement>('meta[property=csp-nonce]')?.nonce ?? ''
setNonce(nonce)

/** Refusals are answers and are not asked for again; what did not get through is, twice. */
export const queries = new QueryClient({
  defaultOptions: {
    queries: {
      retry: (count, error) => count < 2 && !(error instanceof Refused && error.status < 500),
      refetchOnWindowFocus: true,
      staleTime: 5_000,
    },
  },
})

/** Shows an app with everything that its pages rest on. */
export async function show(app: ReactNode): Promise<void> {
  await startTexts()
  const root = document.getElementById('root')
  if (!root) throw new Error('the page has a root')
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <MantineProvider
          cssVariablesResolver={resolveVariables}
          theme={theme}
          defaultColorScheme="auto"
          getStyleNonce={() => nonce}
        >
          <Notifications position="bottom-right" />
          <Suspense>{app}</Suspense>
        </MantineProvider>
      </QueryClientProvider>
    </StrictMode>,
  )
}
