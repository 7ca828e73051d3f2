export { deriveGraph, graphNames, type GraphName } from './derive-graph.ts'
