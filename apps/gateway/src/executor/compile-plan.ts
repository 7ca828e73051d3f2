import type {
  FetchDataRewrite,
  FetchNode,
  PlanNode,
  QueryPlan,
  QueryPlanSelectionNode,
} from '@apollo/query-planner'

type ResponsePath = readonly (string | number)[]

/** A call to a subgraph. */
export interface Fetch {
  kind: 'Fetch'
  subgraph: string
  /** Where the objects lie that it adds to; the root when empty. */
  path: ResponsePath
  operation: string
  operationName: string | undefined
  variables: readonly string[]
  requires: readonly QueryPlanSelectionNode[] | null
  inputRewrites: readonly FetchDataRewrite[] | undefined
  outputRewrites: readonly FetchDataRewrite[] | undefined
}

export interface Group {
  kind: 'Sequence' | 'Parallel'
  steps: readonly Step[]
}

export interface Condition {
  kind: 'Condition'
  variable: string
  whenTrue: Step | null
  whenFalse: Step | null
}

export type Step = Fetch | Group | Condition

/** Compiles Apollo's query plan. Every fetch gets its path from the root, so nothing is carried along at run time. */
export function compilePlan(plan: QueryPlan): Step | null {
  if (!plan.node) return null
  if (plan.node.kind === 'Subscription') throw new Error('this graph has no subscriptions')
  return compileNode(plan.node, [])
}

function compileNode(node: PlanNode, path: ResponsePath): Step {
  switch (node.kind) {
    case 'Sequence':
    case 'Parallel':
      return { kind: node.kind, steps: node.nodes.map((each) => compileNode(each, path)) }
    case 'Flatten':
      return compileNode(node.node, [...path, ...node.path])
    case 'Condition':
      return {
        kind: 'Condition',
        variable: node.condition,
        whenTrue: node.ifClause ? compileNode(node.ifClause, path) : null,
        whenFalse: node.elseClause ? compileNode(node.elseClause, path) : null,
      }
    case 'Fetch':
      return compileFetch(node, path)
    case 'Defer':
      throw new Error('this graph has no @defer')
  }
}

function compileFetch(node: FetchNode, path: ResponsePath): Fetch {
  return {
    kind: 'Fetch',
    subgraph: node.serviceName,
    path,
    operation: node.operation,
    operationName: node.operationName,
    variables: node.variableUsages ?? [],
    requires: node.requires ?? null,
    inputRewrites: node.inputRewrites,
    outputRewrites: node.outputRewrites,
  }
}
