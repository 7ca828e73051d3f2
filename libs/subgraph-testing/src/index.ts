export { openSubgraph, type Answer, type OpenSubgraph } from './open-subgraph.ts'
