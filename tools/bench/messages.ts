/** What the bench tells the process of its subgraphs; each message is answered with the calls since the last. */
export type ToSubgraphs = { registry: unknown; jwksFile: string } | { count: true }

export type FromSubgraphs = { urls: Record<string, string> } | { calls: number }
