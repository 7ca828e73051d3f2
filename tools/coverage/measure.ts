import { GraphQLError, Kind, OperationTypeNode, getVariableValues, parse, print, visit } from 'graphql'
import type { DocumentNode, FieldNode, GraphQLSchema, OperationDefinitionNode } from 'graphql'
import { fragmentsOf, stable, walkAnswer } from './calls.ts'
import type { Call, Document } from './calls.ts'
import { inputOnlyEnums, listElements } from './elements.ts'
import type { Elements } from './elements.ts'
import { sentEnumValues, sentValues, singleDifference } from './inputs.ts'
import { shownByOutput } from './outputs.ts'
import { createReadBack, shownInAnswer } from './read-back.ts'
import type { ReadBack } from './read-back.ts'
import type { Exchange, Graph } from './recorder.ts'

/** What the exchanges of one scope leave for later ones to be compared with. */
type Scope = {
  reads: Map<string, Judged[]>
  writes: Map<string, Judged[]>
  answers: Map<string, Judged[]>
  readBack: ReadBack
}
type Judged = { call: Call; answer: string }

export type Measure = {
  elements: Elements
  covered: Set<string>
  /** Adds one exchange; those of one file must come in their order. */
  add(exchange: Exchange): void
  /** Forgets what answers were; what is covered stays. Called between files. */
  endOfFile(): void
}

const comparedAtMost = 200

/**
 * Creates the measure of which elements of the API schemas were seen to work.
 *
 * A field or enum value counts when it was returned non-null and non-empty. An enum value that can only be sent counts
 * when it was sent and not refused. An argument or input field counts
 * (a) when two reads of one field, at one place, with one selection and no mutation in between, differ in it alone and
 * their answers differ; (b) when two calls of a mutation differ in it alone and one was refused with another code or
 * not at all; (c) when what a mutation sent is read back under its name, in its own answer or a later one; (d) when a
 * mutation answers otherwise, in data or warnings, to a call that differs in it alone, and then to the first call again as
 * it did at first.
 */
export function createMeasure(schemas: Record<Graph, GraphQLSchema>): Measure {
  const all = [...new Set(Object.values(schemas))]
  const elements = listElements(all)
  const onlySent = inputOnlyEnums(all)
  const covered = new Set<string>()
  const scopes = new Map<string, Scope>()
  const cover = (names: Iterable<string>): void => {
    for (const name of names) if (elements.has(name)) covered.add(name)
  }

  function add(exchange: Exchange): void {
    const request = readRequest(exchange, schemas[exchange.graph])
    if (!request) return
    const key = `${exchange.graph} ${exchange.scope}`
    const scope = scopes.get(key) ?? createScope()
    scopes.set(key, scope)
    const { document, operation, root } = request
    const mutating = operation.operation === OperationTypeNode.MUTATION
    if (mutating) for (const one of scopes.values()) one.reads.clear()
    const data = { ...Object.fromEntries(nullRoots(exchange)), ...exchange.data }
    for (const call of walkAnswer(document, root, [operation.selectionSet], data)) {
      const code = refusalOf(exchange, call)
      if (code === null) {
        cover(shownByOutput(call))
        cover(sentEnumValues(call).filter((value) => onlySent.has(value.slice(0, value.indexOf('.')))))
      }
      if (call.field.args.length === 0) continue
      const isWrite = mutating && call.path.length === 1
      if (isWrite) judgeWrite(scope, call, code)
      if (isWrite && code === null) judgeAnswer(scope, call, document, exchange)
      else if (code === null) judgeRead(scope, call, document)
    }
    cover(scope.readBack.shownBy(exchange.data))
  }

  function judgeRead(scope: Scope, call: Call, document: Document): void {
    const key = `${call.parent}/${call.type.name}.${call.field.name} ${selectionOf(call.node, document)}`
    compare(scope.reads, key, { call, answer: stable(call.value) })
  }

  function judgeWrite(scope: Scope, call: Call, code: string | null): void {
    compare(scope.writes, call.field.name, { call, answer: code ?? 'made' })
    if (code !== null) return
    const sent = sentValues(call)
    cover(shownInAnswer(sent, call.value))
    scope.readBack.sent(sent)
  }

  /** A change of state explains that two calls are answered differently, but not that the first answer comes back. */
  function judgeAnswer(scope: Scope, call: Call, document: Document, exchange: Exchange): void {
    const key = `${call.field.name} ${selectionOf(call.node, document)}`
    const known = scope.answers.get(key) ?? []
    const answer = stable([call.value, exchange.extensions?.['warnings'] ?? []])
    const asBefore = known.findIndex(
      (other) => other.answer === answer && stable(other.call.args) === stable(call.args),
    )
    const since = asBefore < 0 ? [] : known.slice(asBefore + 1)
    for (const other of since) if (other.answer !== answer) cover(singleDifference(other.call, call))
    scope.answers.set(key, [...known.slice(1 - comparedAtMost), { call, answer }])
  }

  function compare(known: Map<string, Judged[]>, key: string, one: Judged): void {
    const others = known.get(key) ?? []
    for (const other of others) if (other.answer !== one.answer) cover(singleDifference(other.call, one.call))
    known.set(key, [...others.slice(1 - comparedAtMost), one])
  }

  return { elements, covered, add, endOfFile: () => scopes.clear() }
}

function createScope(): Scope {
  return { reads: new Map(), writes: new Map(), answers: new Map(), readBack: createReadBack() }
}

/** Reads what was asked, as the server would; nothing when the server cannot have understood it. */
function readRequest(exchange: Exchange, schema: GraphQLSchema) {
  let parsed: DocumentNode
  try {
    parsed = parse(exchange.query)
  } catch (error) {
    if (error instanceof GraphQLError) return null
    throw error
  }
  const operations = parsed.definitions.filter((one) => one.kind === Kind.OPERATION_DEFINITION)
  const operation = operations.find(
    (one) => !exchange.operationName || one.name?.value === exchange.operationName,
  )
  const root = operation && schema.getRootType(operation.operation)
  if (!operation || !root) return null
  const variables = coerceVariables(schema, operation, exchange.variables ?? {})
  if (!variables) return null
  const document: Document = { schema, fragments: fragmentsOf(parsed), variables }
  return { document, operation, root }
}

function coerceVariables(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  sent: Record<string, unknown>,
) {
  return getVariableValues(schema, operation.variableDefinitions ?? [], sent).coerced ?? null
}

/** Root fields that a refusal made null together with all of `data`. */
function nullRoots(exchange: Exchange): [string, null][] {
  const roots = (exchange.errors ?? []).map(({ path }) => path?.[0])
  return exchange.data ? [] : roots.filter((root) => typeof root === 'string').map((root) => [root, null])
}

/** The code of the first error at the call or below it. */
function refusalOf(exchange: Exchange, call: Call): string | null {
  const error = exchange.errors?.find(({ path }) => call.path.every((step, at) => path?.[at] === step))
  return error ? String(error.extensions?.['code'] ?? 'an error') : null
}

/** The selection with fragments and variables put in, so that the same question is the same text. */
function selectionOf(node: FieldNode, { fragments, variables }: Document): string {
  if (!node.selectionSet) return ''
  const inlined = visit(node.selectionSet, {
    Variable: ({ name }) => ({ kind: Kind.STRING, value: stable(variables[name.value] ?? null) }),
    FragmentSpread({ name, directives }) {
      const fragment = fragments.get(name.value)
      if (!fragment) return undefined
      const { typeCondition, selectionSet } = fragment
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, selectionSet, directives }
    },
  })
  return print(inlined)
}
