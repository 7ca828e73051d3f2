/** One metric that a service gives to Prometheus. */
export interface MetricDescription {
  type: 'counter' | 'gauge' | 'histogram'
  help: string
  labels: readonly string[]
  /** Upper bounds of a histogram. */
  buckets?: readonly number[]
  /** Who gives it. */
  of: 'gateway' | 'subgraph' | 'console'
}

/** In seconds: from what an idle stack answers in to the limit of an answer. */
const durations = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]
const shortDurations = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5]
const sizes = [1, 2, 4, 8, 16, 32, 64]

/**
 * Every metric of ours. Labels come from the schema, the registry and the configuration, never from what a client wrote;
 * `docs/observability.md` says what to watch, and a test holds the two together.
 */
export const metricCatalogue = {
  commonchart_requests_total: {
    type: 'counter',
    help: 'Requests that the gateway answered, by graph, HTTP status and outcome (SUCCESS, PARTIAL, FAILED, REFUSED).',
    labels: ['graph', 'status', 'outcome'],
    of: 'gateway',
  },
  commonchart_request_seconds: {
    type: 'histogram',
    help: 'From the arrival of a request to its answer, its record included.',
    labels: ['graph'],
    buckets: durations,
    of: 'gateway',
  },
  commonchart_errors_total: {
    type: 'counter',
    help: 'Answers in which an error of this code stands, once for each answer.',
    labels: ['graph', 'code'],
    of: 'gateway',
  },
  commonchart_operation_requests_total: {
    type: 'counter',
    help: 'Requests by each root field that they ask for; what the schema does not have is called other.',
    labels: ['graph', 'kind', 'operation', 'outcome'],
    of: 'gateway',
  },
  commonchart_operation_seconds: {
    type: 'histogram',
    help: 'How long requests took, by each root field that they ask for.',
    labels: ['graph', 'kind', 'operation'],
    buckets: durations,
    of: 'gateway',
  },
  commonchart_consumer_requests_total: {
    type: 'counter',
    help: 'Requests of API consumers, by the name of the domain and the id of the consumer.',
    labels: ['domain', 'consumer', 'outcome'],
    of: 'gateway',
  },
  commonchart_consumer_request_seconds_total: {
    type: 'counter',
    help: 'The time that requests of a consumer took, added up.',
    labels: ['domain', 'consumer'],
    of: 'gateway',
  },
  commonchart_fetches_total: {
    type: 'counter',
    help: 'What the gateway asked a subgraph, by what came of it (ANSWERED, ERRORS, UNAVAILABLE, TIMEOUT).',
    labels: ['subgraph', 'result'],
    of: 'gateway',
  },
  commonchart_fetch_seconds: {
    type: 'histogram',
    help: 'How long the gateway waited for a subgraph.',
    labels: ['subgraph'],
    buckets: durations,
    of: 'gateway',
  },
  commonchart_breaker_state: {
    type: 'gauge',
    help: 'What the gateway thinks of an address of a subgraph: 0 it answers, 1 it failed of late, 2 it is not asked.',
    labels: ['subgraph', 'address'],
    of: 'gateway',
  },
  commonchart_breaker_opened_total: {
    type: 'counter',
    help: 'How often an address of a subgraph was given up.',
    labels: ['subgraph', 'address'],
    of: 'gateway',
  },
  commonchart_record_batch_records: {
    type: 'histogram',
    help: 'How many records left together for consumers-audit.',
    labels: [],
    buckets: sizes,
    of: 'gateway',
  },
  commonchart_record_batch_seconds: {
    type: 'histogram',
    help: 'How long a batch of records took to be committed, or to fail.',
    labels: ['result'],
    buckets: shortDurations,
    of: 'gateway',
  },
  commonchart_record_waiting: {
    type: 'gauge',
    help: 'Records that wait to leave for consumers-audit.',
    labels: [],
    of: 'gateway',
  },
  commonchart_registry_age_seconds: {
    type: 'gauge',
    help: 'How long ago the registry of domains and consumers was heard from; the gateway refuses after 5 s.',
    labels: [],
    of: 'gateway',
  },
  commonchart_supergraph_generation: {
    type: 'gauge',
    help: 'How many supergraphs have been put into service since the gateway began; the digest is of the one that is.',
    labels: ['digest'],
    of: 'gateway',
  },
  commonchart_served_seconds: {
    type: 'histogram',
    help: 'How long a subgraph took to answer, by endpoint.',
    labels: ['endpoint', 'result'],
    buckets: durations,
    of: 'subgraph',
  },
  commonchart_database_connections: {
    type: 'gauge',
    help: 'Connections to the database that are idle and in use, and work that waits for one, by pool.',
    labels: ['pool', 'state'],
    of: 'subgraph',
  },
  commonchart_outbox_jobs: {
    type: 'gauge',
    help: 'Jobs in the outbox that are due, and those of them that have failed before; only where the outbox is worked off.',
    labels: ['state'],
    of: 'subgraph',
  },
  commonchart_outbox_oldest_seconds: {
    type: 'gauge',
    help: 'For how long the oldest job that is due has been waiting.',
    labels: [],
    of: 'subgraph',
  },
  commonchart_deliveries_total: {
    type: 'counter',
    help: 'Attempts to deliver an event to another service.',
    labels: ['target', 'result'],
    of: 'subgraph',
  },
  commonchart_console_request_seconds: {
    type: 'histogram',
    help: 'How long the console took, by its side (domain, operator), what was asked for (page, auth, api) and the HTTP status.',
    labels: ['side', 'kind', 'status'],
    buckets: durations,
    of: 'console',
  },
} as const satisfies Record<string, MetricDescription>

export type MetricName = keyof typeof metricCatalogue

/** The metrics of one type. */
export type MetricOf<Type extends MetricDescription['type']> = {
  [Name in MetricName]: (typeof metricCatalogue)[Name]['type'] extends Type ? Name : never
}[MetricName]
