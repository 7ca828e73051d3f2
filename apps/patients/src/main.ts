import { runSubgraph } from '@commonchart/subgraph'
import { patients } from './definition.ts'

await runSubgraph(patients, process)
