export { deriveGraph, graphNames, type GraphName } from './derive-graph.ts'
export { measureDocument, type Measure } from './measure-query.ts'
