import type { AccessRecord, ElementSet } from './access-record.ts'

type Test = (value: unknown) => boolean

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
/** A schema coordinate (GraphQL, section 3.11) of a field, an argument, an input field or an enum value. */
const coordinate = /^[_A-Za-z]\w*\.[_A-Za-z]\w*(\([_A-Za-z]\w*:\))?$/
const uuid7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const largest = 2 ** 31 - 1

const isText: Test = (value) => typeof value === 'string'
const isSetId: Test = (value) => typeof value === 'string' && uuid.test(value)
const isCoordinate: Test = (value) => typeof value === 'string' && coordinate.test(value)
const isId: Test = (value) => typeof value === 'string' && uuid7.test(value)
const isWhole: Test = (value) =>
  Number.isInteger(value) && (value as number) >= 0 && (value as number) <= largest
const isTime: Test = (value) =>
  typeof value === 'string' && /^\d{4}-.*Z$/.test(value) && !isNaN(Date.parse(value))
const isDuration: Test = (value) => typeof value === 'number' && value >= 0 && value <= largest
const oneOf =
  (...values: unknown[]): Test =>
  (value) =>
    values.includes(value)
const orNull =
  (test: Test): Test =>
  (value) =>
    value === null || test(value)
const listOf =
  (test: Test): Test =>
  (value) =>
    Array.isArray(value) && value.every(test)
const hasShape =
  (shape: Record<string, Test>): Test =>
  (value) =>
    findFault(shape, value) === undefined
const isCounts: Test = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every(isWhole)

const change: Record<string, Test> = {
  id: isId,
  domainId: isWhole,
  occurredAt: isTime,
  action: isText,
  recordType: isText,
  recordId: isText,
  recordVersion: orNull(isWhole),
  patientId: orNull(isText),
  fields: listOf(isText),
  detailHash: orNull(isText),
}

const record: Record<keyof AccessRecord, Test> = {
  id: isId,
  domainId: isWhole,
  startedAt: isTime,
  durationMs: isDuration,
  graph: oneOf('enterprise', 'settings', 'operator'),
  actor: orNull(
    hasShape({
      kind: oneOf('consumer', 'person', 'operator'),
      id: isText,
      name: isText,
      role: orNull(isText),
    }),
  ),
  keyId: orNull(isText),
  ip: isText,
  userAgent: orNull(isText),
  method: isText,
  path: isText,
  operationName: orNull(isText),
  operationKind: oneOf('QUERY', 'MUTATION', null),
  rootFields: listOf(isText),
  status: isWhole,
  outcome: oneOf('SUCCESS', 'PARTIAL', 'FAILED', 'REFUSED'),
  errorCodes: listOf(isText),
  refusalReason: orNull(isText),
  count: (value) => isWhole(value) && value !== 0,
  reads: listOf(hasShape({ patientId: isText, types: isCounts })),
  changes: listOf(hasShape(change)),
  usedElements: (value) => value === undefined || value === null || isSetId(value),
  requestBytes: isWhole,
  responseBytes: isWhole,
}

const elementSet: Record<keyof ElementSet, Test> = { id: isSetId, elements: listOf(isCoordinate) }

/** Names the first member of a set of elements that is missing or not of its form; undefined when all are right. */
export function findElementSetFault(value: unknown): string | undefined {
  return findFault(elementSet, value)
}

/** Names the first member of an access record that is missing or not of its type; undefined when all are right. */
export function findRecordFault(value: unknown): string | undefined {
  return findFault(record, value)
}

function findFault(shape: Record<string, Test>, value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'all of it'
  const members = value as Record<string, unknown>
  for (const name in shape) if (!shape[name]?.(members[name])) return name
  return undefined
}
