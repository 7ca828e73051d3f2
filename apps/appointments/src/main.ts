import { runSubgraph } from '@commonchart/subgraph'
import { appointmentsSubgraph } from './subgraph.ts'
import type { Tables } from './tables.ts'

await runSubgraph<Tables>(appointmentsSubgraph, process)
