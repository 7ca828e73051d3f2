import pg from 'pg'

/** A domain as the subgraphs know it. */
export interface TestDomain {
  id: number
  name: string
  hosts: string[]
  zone: string
}

/** Two domains, in different time zones, so that what leaks from one to the other shows. */
export const testDomains: readonly [TestDomain, TestDomain] = [
  { id: 1, name: 'north', hosts: ['north.test'], zone: 'America/Vancouver' },
  { id: 2, name: 'south', hosts: ['south.test'], zone: 'America/Toronto' },
]

/** Inserts domains into `domain_ref`, active and with a contract, as the event `domain.changed` would. */
export async function insertTestDomains(
  database: { adminUrl: string },
  domains: readonly TestDomain[] = testDomains,
): Promise<void> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  try {
    for (const { id, name, hosts, zone } of domains)
      await client.query(
        `INSERT INTO domain_ref (id, name, hosts, state, zone, contract, version)
         VALUES ($1, $2, $3, 'ACTIVE', $4, 'test', 1) ON CONFLICT DO NOTHING`,
        [id, name, hosts, zone],
      )
  } finally {
    await client.end()
  }
}

/** Runs the same for each of the two domains, one after the other; gives both results. */
export async function forBothDomains<Result>(
  work: (domain: TestDomain) => Promise<Result>,
): Promise<[Result, Result]> {
  return [await work(testDomains[0]), await work(testDomains[1])]
}
