import { operationFromDocument, type Schema } from '@apollo/federation-internals'
import type { QueryPlanner } from '@apollo/query-planner'
import { refusal } from '@commonchart/errors'
import {
  getOperationAST,
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql'
import { compilePlan, type Step } from './compile-plan.ts'
import { compileShape, type Selection } from './compile-shape.ts'
import { createReadUse, type ReadUse } from '../usage/used-elements.ts'

/** An operation with everything worked out that does not depend on the values of its variables. */
export interface CompiledOperation {
  operation: OperationDefinitionNode
  fragments: ReadonlyMap<string, FragmentDefinitionNode>
  plan: Step | null
  /** Gives the shape of the answer for the values of the variables. */
  shapeFor(variables: Readonly<Record<string, unknown>>): Selection
  /** Says which elements of the schema a run uses. */
  readUse: ReadUse
}

export interface Compiler {
  /** The schema of the API, as graphql-js and as the planner have it. */
  schema: GraphQLSchema
  plannerSchema: Schema
  planner: QueryPlanner
}

/** An operation's `@skip` and `@include` can give it this many shapes that are kept. */
const keptShapes = 64

/** Apollo Server answers 500 to what its executor throws, unless the error says otherwise. */
const badRequest = { http: { status: 400 } }

/** Compiles an operation of a validated document. Throws a refusal when it cannot be planned. */
export function compileOperation(
  { schema, plannerSchema, planner }: Compiler,
  document: DocumentNode,
  operationName: string | null | undefined,
): CompiledOperation {
  const operation = getOperationAST(document, operationName)
  if (!operation)
    throw refusal('OPERATION_RESOLUTION_FAILURE', 'The document has no such operation.', badRequest)
  const conditions = readNames(document)
  const plan = planOperation(planner, plannerSchema, document, operation.name?.value)
  const fragments = new Map<string, FragmentDefinitionNode>()
  for (const definition of document.definitions)
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition)
  const shapes = new Map<string, Selection>()
  return {
    operation,
    fragments,
    plan,
    shapeFor(variables) {
      const values = conditions.map((name) => variables[name] === true)
      const key = values.join()
      const known = shapes.get(key)
      if (known) return known
      const relevant = Object.fromEntries(conditions.map((name, index) => [name, values[index]]))
      const shape = compileShape({ schema, fragments, variables: relevant }, operation)
      if (shapes.size < keptShapes) shapes.set(key, shape)
      return shape
    },
    readUse: createReadUse(schema, operation, fragments),
  }
}

function planOperation(
  planner: QueryPlanner,
  schema: Schema,
  document: DocumentNode,
  operationName: string | undefined,
): Step | null {
  try {
    const operation = operationFromDocument(schema, document, { operationName, validate: false })
    return compilePlan(planner.buildQueryPlan(operation))
  } catch (error) {
    if (error instanceof GraphQLError && /exceed|limit|recursive/i.test(error.message))
      throw refusal('QUERY_TOO_COMPLEX', 'The query selects more than can be planned.', {
        limit: 'planning',
        ...badRequest,
      })
    throw error
  }
}

/** Names the variables that decide what is selected. Refuses a name that JavaScript gives a meaning of its own. */
function readNames(document: DocumentNode): string[] {
  const conditions = new Set<string>()
  visit(document, {
    Name(node) {
      if (node.value === '__proto__')
        throw refusal('GRAPHQL_VALIDATION_FAILED', 'Nothing can be called `__proto__`.', badRequest)
    },
    Directive(node) {
      const value = node.arguments?.[0]?.value
      if ((node.name.value === 'skip' || node.name.value === 'include') && value?.kind === Kind.VARIABLE)
        conditions.add(value.name.value)
    },
  })
  return [...conditions]
}
