import { eventErrors } from './event-errors.ts'
import { recordErrors } from './record-errors.ts'

/** What a refusal means to a client: the HTTP status when it answers a whole request, and what to do about it. */
export interface ErrorEntry {
  status: number
  meaning: string
  remedy: string
}

/** The codes of every area that has no file of its own, in alphabetical order. */
const generalErrors = {
  API_NOT_ENABLED: {
    status: 403,
    meaning: 'The Enterprise API is not enabled for this domain.',
    remedy: 'Ask the operator of the platform to enable it; it rests on a contract.',
  },
  AUDIT_UNAVAILABLE: {
    status: 503,
    meaning: 'The request cannot be recorded at the moment, so it is not answered.',
    remedy: 'Retry with the same Idempotency-Key; `extensions.executed` says whether the mutation ran.',
  },
  BAD_REQUEST: {
    status: 400,
    meaning: 'The request is not a well-formed GraphQL request over HTTP.',
    remedy: 'Send POST with `content-type: application/json` and a body `{ "query": … }`.',
  },
  BAD_USER_INPUT: {
    status: 200,
    meaning: 'A variable or an argument is not of its type.',
    remedy: 'Read the message: it names the variable and the type that was expected.',
  },
  CONFLICT: {
    status: 200,
    meaning: 'The record was changed since the version that `expectedVersion` names.',
    remedy: 'Read the record again, apply your change to what it is now, and send its new version.',
  },
  CSRF_REFUSED: {
    status: 400,
    meaning: 'A browser could have sent this request on its own.',
    remedy: 'Send `content-type: application/json`.',
  },
  DOMAIN_BEING_DELETED: {
    status: 200,
    meaning:
      'The data of the domain is to be deleted at a set time, or is deleted already; nothing was changed.',
    remedy: 'Cancel the deletion first, as long as it has not begun.',
  },
  DOMAIN_NAME_IN_USE: {
    status: 200,
    meaning: 'Another domain has this name.',
    remedy: 'Choose another name.',
  },
  FORBIDDEN: {
    status: 200,
    meaning: 'This principal may not do this.',
    remedy: 'Use the principal that the field names: consumer, support account or operator.',
  },
  GRAPHQL_PARSE_FAILED: {
    status: 400,
    meaning: 'The query is not GraphQL.',
    remedy: 'Correct the syntax at the location given.',
  },
  GRAPHQL_VALIDATION_FAILED: {
    status: 400,
    meaning: 'The query does not fit the schema.',
    remedy: 'Compare the field or argument with the API reference.',
  },
  HOST_IN_USE: {
    status: 200,
    meaning: 'A host name belongs to another domain; `extensions.hosts` lists which.',
    remedy: 'Use a host name of its own for each domain.',
  },
  IDEMPOTENCY_KEY_INVALID: {
    status: 400,
    meaning: 'The Idempotency-Key header is empty, longer than 255 characters or not visible ASCII.',
    remedy: 'Send a UUID.',
  },
  IDEMPOTENCY_KEY_IN_USE: {
    status: 200,
    meaning: 'A request with this Idempotency-Key is still running.',
    remedy: 'Retry with the same key a little later.',
  },
  IDEMPOTENCY_KEY_REUSED: {
    status: 200,
    meaning: 'This Idempotency-Key was used for another mutation or other arguments within 24 hours.',
    remedy: 'Use a new key for each new intent.',
  },
  INTERNAL_SERVER_ERROR: {
    status: 500,
    meaning: 'We did something wrong.',
    remedy: 'Report the request id of the answer; retry with the same Idempotency-Key.',
  },
  INVALID_CURSOR: {
    status: 200,
    meaning: 'The cursor was not made by this list in this order.',
    remedy: 'Use cursors only with the list, filters and `orderBy` that gave them.',
  },
  IP_NOT_ALLOWED: {
    status: 403,
    meaning:
      'The consumer may not be used from this address; `extensions.address` is the one that the gateway saw.',
    remedy:
      'Send from a network that the consumer is restricted to, or have the support account add this one.',
  },
  ISSUER_IN_USE: {
    status: 200,
    meaning: 'Another consumer of the domain has this issuer.',
    remedy: 'Give each consumer an issuer of its own; without one it is the name.',
  },
  KEY_EXPONENT: {
    status: 200,
    meaning: 'The RSA key has another public exponent than 65537.',
    remedy: 'Generate a key with the exponent 65537, the default of every common tool.',
  },
  KEY_ID_IN_USE: {
    status: 200,
    meaning: 'The consumer has another key with this `kid` that is not retired.',
    remedy: 'Choose another `kid`, or retire the other key first.',
  },
  KEY_IN_USE: {
    status: 200,
    meaning: 'The key is registered in this domain already.',
    remedy: 'Generate a key of its own for each consumer; a retired key cannot come back.',
  },
  KEY_MALFORMED: {
    status: 200,
    meaning: 'The key cannot be read.',
    remedy: 'Send one public key as PEM: `BEGIN PUBLIC KEY`, `BEGIN RSA PUBLIC KEY` or `BEGIN CERTIFICATE`.',
  },
  KEY_NOT_RSA: {
    status: 200,
    meaning: 'The key is not an RSA key; tokens are signed with RS512.',
    remedy: 'Generate an RSA key of 2048 bits or more.',
  },
  KEY_PRIVATE: {
    status: 200,
    meaning: 'A private key was sent. It was not stored.',
    remedy: 'Treat that key as disclosed: generate a new pair, and send only its public half.',
  },
  KEY_TOO_SHORT: {
    status: 200,
    meaning: 'The RSA key has fewer than 2048 bits.',
    remedy: 'Generate an RSA key of 2048 bits or more.',
  },
  METHOD_NOT_ALLOWED: {
    status: 405,
    meaning: 'This endpoint does not take this HTTP method.',
    remedy: 'Use POST (or GET for queries).',
  },
  NOT_FOUND: {
    status: 200,
    meaning: 'A record that the input refers to is not in this domain.',
    remedy: 'Check the id at the path given.',
  },
  OPERATION_RESOLUTION_FAILURE: {
    status: 400,
    meaning:
      'The document has several operations and the request names none of them, or one that is not there.',
    remedy: 'Send `operationName`.',
  },
  PAYLOAD_TOO_LARGE: {
    status: 413,
    meaning: 'The body of the request is larger than the limit.',
    remedy: 'Split the request; docs/limits.md has the limits.',
  },
  QUERY_TOO_COMPLEX: {
    status: 400,
    meaning: 'The query is over a limit of tokens, depth, aliases or cost.',
    remedy: 'Ask for less at once; `extensions.limit` and `extensions.actual` say by how much.',
  },
  RATE_LIMITED: {
    status: 429,
    meaning: 'Too many requests.',
    remedy: 'Wait as long as `Retry-After` says.',
  },
  RECORD_ALTERED: {
    status: 200,
    meaning: 'What the access log stores of a request is not what was recorded; `extensions.id` names it.',
    remedy: 'Run `chart audit verify`, and keep the database as it is for whoever looks into it.',
  },
  RECORD_KEY_LOST: {
    status: 200,
    meaning:
      'The key that opens the records of this day was destroyed, or its master key is not configured any more.',
    remedy: 'Restore the master key to RECORD_MASTER_KEYS if it was removed too early.',
  },
  REGISTRY_UNAVAILABLE: {
    status: 503,
    meaning: 'The gateway has not heard from the registry of consumers and refuses instead of guessing.',
    remedy: 'Retry after a few seconds; nothing was executed.',
  },
  SCOPE_MISSING: {
    status: 403,
    meaning:
      'The consumer is restricted and lacks scopes that the request needs; `extensions.scopes` names every one. Nothing was executed.',
    remedy: 'Ask for less, or have the support account of the domain give the consumer those scopes.',
  },
  SUBGRAPH_UNAVAILABLE: {
    status: 200,
    meaning:
      'The service that owns a part of the answer, or its database, could not be reached; `extensions.area` names it.',
    remedy:
      'Retry; mutations with the same Idempotency-Key. `extensions.executed` says whether one ran: `false`, `true` or `unknown`.',
  },
  TIMEOUT: {
    status: 200,
    meaning: 'The answer took longer than the limit.',
    remedy: 'Ask for less at once.',
  },
  UNAUTHENTICATED: {
    status: 401,
    meaning: 'The request carries no token that is valid here.',
    remedy: 'Sign a new one: RS512, your registered issuer, `exp` at most 900 s ahead.',
  },
  UNKNOWN_DOMAIN: {
    status: 404,
    meaning: 'No domain has this host name.',
    remedy: 'Send the request to the host name of your domain.',
  },
  UNSUPPORTED_MEDIA_TYPE: {
    status: 415,
    meaning: 'The body is not of a type that this endpoint reads.',
    remedy: 'Send `content-type: application/json`.',
  },
  VALIDATION_FAILED: {
    status: 200,
    meaning: 'The input breaks one or more rules; `extensions.violations` lists every one with its path.',
    remedy: 'Correct each and send it again.',
  },
} as const satisfies Record<string, ErrorEntry>

/** Every code that `extensions.code` can carry, in alphabetical order. `docs/errors.md` is generated from it. */
export const errorCatalogue = inOrder({ ...generalErrors, ...eventErrors, ...recordErrors })

function inOrder<Entries extends Record<string, ErrorEntry>>(entries: Entries): Entries {
  return Object.fromEntries(
    Object.entries(entries).sort(([one], [other]) => (one < other ? -1 : 1)),
  ) as Entries
}

/** A code of the catalogue. */
export type ErrorCode = keyof typeof errorCatalogue
