import { Supergraph } from '@apollo/federation-internals'
import type { GraphQLDataSource } from '@apollo/gateway'
import { currentSpan, inSpan } from '@commonchart/telemetry'
import type { GatewayInterface, GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface'
import {
  getVariableValues,
  GraphQLError,
  print,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLSchema,
} from 'graphql'
import { compileOperation, type CompiledOperation, type Compiler } from './compile-operation.ts'
import { introspect } from './introspect.ts'
import { listNeededScopes } from './needed-scopes.ts'
import type { OpenedSupergraph } from './opened-supergraph.ts'
import { runStep, type Run } from './run-plan.ts'
import { shapeAnswer, type Gap } from './shape-answer.ts'
import type { UsedElements } from '../usage/used-elements.ts'

export interface PlannedGateway extends GatewayInterface {
  /** What clients of the graph see. */
  readonly schema: GraphQLSchema
}

export interface PlannedGatewayOptions {
  supergraph: OpenedSupergraph
  /** The same supergraph, with what clients do not see marked `@inaccessible`. */
  derived: DocumentNode
  createSource(name: string, url: string | undefined): GraphQLDataSource
  /** Called between the steps of its making, each of which takes a good part of 0.1 s. */
  betweenSteps?: () => Promise<void>
  /**
   * Called before anything runs, with what the plan needs by the values of the variables. What it throws is the answer;
   * a refusal says its status.
   */
  authorise?(context: unknown, listNeeded: () => Iterable<string>): void
  /** Told of each run that was let through, with what says which elements of the schema it uses. */
  onRun?(context: unknown, readUse: () => UsedElements): void
}

/** So many values that are missing without an error are told of one by one. */
const toldGaps = 10

/**
 * Creates what Apollo Server takes for a gateway: planned by Apollo's query planner, executed here. What the plan and
 * the shape of the answer need is worked out once for each document, which is why it takes a fraction of the processor
 * time of ApolloGateway's own executor (docs/benchmarks.md). Throws when what is left to see makes no schema.
 */
export async function createPlannedGateway({
  supergraph,
  derived,
  createSource,
  betweenSteps,
  authorise,
  onRun,
}: PlannedGatewayOptions): Promise<PlannedGateway> {
  await betweenSteps?.()
  // The supergraph has been validated; the marks, and what is left, are when the rest is taken out.
  const marked = Supergraph.build(derived, { validateSupergraph: false })
  await betweenSteps?.()
  const plannerSchema = marked.apiSchema()
  const schema = plannerSchema.toGraphQLJSSchema()
  await betweenSteps?.()
  const compiler: Compiler = { schema, plannerSchema, planner: supergraph.planner }
  const sources = new Map(supergraph.subgraphs.map(({ name, url }) => [name, createSource(name, url)]))
  const compiled = new WeakMap<DocumentNode, Map<string, CompiledOperation>>()

  /** Apollo Server gives the same document for the same query for as long as it remembers it. */
  function findOrCompile(document: DocumentNode, operationName: string | undefined): CompiledOperation {
    let byName = compiled.get(document)
    if (!byName) compiled.set(document, (byName = new Map()))
    const found = byName.get(operationName ?? '')
    if (found) return found
    const span = currentSpan()?.child('plan')
    try {
      const operation = compileOperation(compiler, document, operationName)
      byName.set(operationName ?? '', operation)
      return operation
    } finally {
      span?.end()
    }
  }

  async function execute(request: GatewayGraphQLRequestContext): Promise<ExecutionResult> {
    const { document, request: asked } = request
    const operation = findOrCompile(document, asked.operationName || undefined)
    const variables = asked.variables ?? {}
    const definitions = operation.operation.variableDefinitions ?? []
    const { coerced, errors } = getVariableValues(schema, definitions, variables)
    if (errors) return { errors }
    authorise?.(request.context, () => listNeededScopes(operation.plan, coerced))
    onRun?.(request.context, () => operation.readUse(variables))
    const run: Run = {
      schema: supergraph.schema,
      sources,
      request,
      variables,
      conditions: coerced,
      data: {},
      errors: [],
    }
    const { plan } = operation
    if (plan) await inSpan('execute', {}, () => runStep(run, plan))
    const { data, gaps } = shapeAnswer(
      operation.shapeFor(coerced),
      run.data,
      (name) => introspect(operation, schema, coerced)[name],
    )
    if (run.errors.length > 0) return { data, errors: run.errors }
    return gaps.length > 0 ? { data, extensions: { valueCompletion: tellGaps(gaps) } } : { data }
  }

  return {
    schema,
    load: () => Promise.resolve({ schema, executor: execute }),
    onSchemaLoadOrUpdate(listener) {
      listener({ apiSchema: schema, coreSupergraphSdl: print(derived) })
      return () => undefined
    },
    stop: () => Promise.resolve(),
  }
}

/** Where nothing failed and yet a value is missing, a subgraph broke its contract: ApolloGateway's name for it is kept. */
function tellGaps(gaps: Gap[]): GraphQLError[] {
  return gaps
    .slice(0, toldGaps)
    .map(({ path, reason }) => new GraphQLError(`${reason}: ${path.join('.')}`, { path }))
}
