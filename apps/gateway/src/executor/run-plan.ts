import type { GraphQLDataSource } from '@apollo/gateway'
import { GraphQLDataSourceRequestKind } from '@apollo/gateway/dist/datasources/types.js'
import type { GatewayGraphQLRequestContext } from '@apollo/server-gateway-interface'
import type { GraphQLError, GraphQLSchema } from 'graphql'
import type { Fetch, Step } from './compile-plan.ts'
import { placeErrors, wrapFailure } from './fetch-errors.ts'
import { forEachAt, mergeInto } from './merge.ts'
import { applyRewrites } from './rewrites.ts'
import { readRepresentation } from './requires.ts'

type Fields = Record<string, unknown>

/** One run of a plan. */
export interface Run {
  /** The supergraph's schema: representations may hold what the API hides. */
  schema: GraphQLSchema
  sources: ReadonlyMap<string, GraphQLDataSource>
  request: GatewayGraphQLRequestContext
  /** The caller's variables, as they were sent. */
  variables: Fields
  /** The same after coercion, with the operation's defaults: what `@skip` and `@include` go by. */
  conditions: Fields
  data: Fields
  errors: GraphQLError[]
}

/** Runs a plan: what subgraphs answer is merged into `run.data`, what fails goes to `run.errors`. */
export async function runStep(run: Run, step: Step): Promise<void> {
  switch (step.kind) {
    case 'Fetch':
      return runFetch(run, step)
    case 'Sequence':
      for (const each of step.steps) await runStep(run, each)
      return
    case 'Parallel':
      await Promise.all(step.steps.map((each) => runStep(run, each)))
      return
    case 'Condition': {
      const branch = run.conditions[step.variable] === true ? step.whenTrue : step.whenFalse
      if (branch) await runStep(run, branch)
    }
  }
}

async function runFetch(run: Run, fetch: Fetch): Promise<void> {
  const targets: Fields[] = []
  forEachAt(run.data, fetch.path, (target) => targets.push(target))
  if (targets.length === 0) return
  const entities = fetch.requires ? collectEntities(run, fetch, targets) : null
  if (entities?.representations.length === 0) return
  try {
    const source = run.sources.get(fetch.subgraph)
    if (!source) throw new Error(`no subgraph is called ${fetch.subgraph}`)
    const { data, errors } = await source.process({
      kind: GraphQLDataSourceRequestKind.INCOMING_OPERATION,
      request: {
        query: fetch.operation,
        operationName: fetch.operationName,
        variables: readVariables(run, fetch, entities),
      },
      incomingRequestContext: run.request,
      context: run.request.context,
    })
    if (errors) run.errors.push(...placeErrors(fetch, errors, run.data, entities?.targetsOf))
    if (data) takeData(run, fetch, data, targets, entities)
  } catch (error) {
    run.errors.push(wrapFailure(error))
  }
}

/** The entities of a fetch: each representation once, and which targets wait for it. */
interface Entities {
  representations: Fields[]
  /** For each representation the indexes of its targets, in the order of `forEachAt`. */
  targetsOf: number[][]
}

/** Fifty appointments of one patient ask for that patient once. */
function collectEntities(run: Run, fetch: Fetch, targets: Fields[]): Entities {
  const representations: Fields[] = []
  const targetsOf: number[][] = []
  const places = new Map<string, number>()
  for (const [index, target] of targets.entries()) {
    const representation = readRepresentation(run.schema, target, fetch.requires ?? [])
    if (!representation?.__typename) continue
    applyRewrites(run.schema, fetch.inputRewrites, representation)
    const key = JSON.stringify(representation)
    const place = places.get(key)
    if (place !== undefined) targetsOf[place]?.push(index)
    else {
      places.set(key, representations.length)
      representations.push(representation)
      targetsOf.push([index])
    }
  }
  return { representations, targetsOf }
}

function readVariables(run: Run, fetch: Fetch, entities: Entities | null): Fields {
  const variables: Fields = {}
  for (const name of fetch.variables)
    if (Object.hasOwn(run.variables, name)) variables[name] = run.variables[name]
  if (entities) variables.representations = entities.representations
  return variables
}

function takeData(run: Run, fetch: Fetch, data: Fields, targets: Fields[], entities: Entities | null): void {
  if (!entities) {
    applyRewrites(run.schema, fetch.outputRewrites, data)
    for (const target of targets) mergeInto(target, data)
    return
  }
  const received = data._entities
  if (!Array.isArray(received) || received.length !== entities.representations.length)
    throw new Error(`${fetch.subgraph} answered with another number of entities than it was asked for`)
  for (const [place, entity] of (received as (Fields | null)[]).entries()) {
    if (entity === null) continue
    applyRewrites(run.schema, fetch.outputRewrites, entity)
    for (const index of entities.targetsOf[place] ?? []) mergeInto(targets[index] as Fields, entity)
  }
}
