import type { GraphName } from '@commonchart/supergraph'
import type { GraphQLSchema } from 'graphql'
import type { SubgraphSource } from '../../schema/compose.ts'

/** What lints look at: the subgraphs, what they compose to, and what is excepted. */
export interface Subject {
  subgraphs: SubgraphSource[]
  supergraph: string
  graphs: ReadonlyMap<GraphName, GraphQLSchema>
  exceptions: Exceptions
}

/** Elements that need not hold to a rule, by their coordinates. They may only become fewer. */
export interface Exceptions {
  /** Names that are not of the usual form; most are CHR's. */
  names: string[]
  /** Lists that CHR publishes without pages. */
  listsOfChr: string[]
  /** Small lists of ours without pages. */
  lists: string[]
}

/** Something that a lint does not let pass. */
export interface Fault {
  coordinate: string
  message: string
}

export type Lint = (subject: Subject) => Fault[]
