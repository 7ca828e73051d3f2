export { listSubgraphs, subgraphNames, toVariable, type SubgraphApp } from './list-subgraphs.ts'
