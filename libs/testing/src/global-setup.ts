import { startTestServer, type TestServer } from './test-server.ts'

let server: TestServer | undefined

/** Run by `node --test --test-global-setup`: one server for all test files of a run, unless there is one already. */
export async function globalSetup(): Promise<void> {
  if (process.env.TEST_DATABASE_URL) return
  server = await startTestServer()
  process.env.TEST_DATABASE_URL = server.url
}

export async function globalTeardown(): Promise<void> {
  await server?.stop()
}
