import type { Change, SubgraphContext } from '@commonchart/subgraph'
import type { Tables } from './tables.ts'

export type Context = SubgraphContext<Tables>
export type PatientsChange = Change<Tables>
