/** What the bench tells the process of its subgraphs; each message is answered with the calls since the last. */
export type ToSubgraphs = { registry: unknown } | { count: true }

export type FromSubgraphs = { urls: Record<string, string> } | { calls: number }
