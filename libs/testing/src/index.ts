export { openBreakableConnections, type BreakableConnections, type Fate } from './breakable-connections.ts'
export { createConsumerKey, type ConsumerKey } from './consumer-keys.ts'
export {
  createIdentity,
  createOperatorIdentity,
  createServiceIdentity,
  createSupportIdentity,
} from './identities.ts'
export { openOwnTestDatabase } from './own-database.ts'
export { findPatientDataFaults, findPatientTypes } from './patient-types.ts'
export {
  judgeVisit,
  listPatientVisits,
  type PatientVisit,
  type VisitArguments,
  type VisitedAnswer,
} from './patient-visits.ts'
export { createRecordedRequest, writeRecordFrame, type RecordedTestRequest } from './recorded-requests.ts'
export { createTestRecordKeys, type TestRecordKeys } from './record-keys.ts'
export { listSentStatements, markWholeStack, type SentStatement } from './sent-statements.ts'
export {
  createTestPeopleKeys,
  createTestServiceKeys,
  type TestPeopleKeys,
  type TestServiceKeys,
} from './service-keys.ts'
export { openEmptyTestDatabase, openTestDatabase, type TestDatabase } from './test-database.ts'
export { forBothDomains, insertTestDomains, testDomains, type TestDomain } from './test-domains.ts'
export { chooseLength } from './soak.ts'
export { startSpanReceiver, type ReceivedSpan, type SpanReceiver } from './span-receiver.ts'
export { getTestServerUrl, startTestServer, type TestServer, type TestServerOptions } from './test-server.ts'
export { createTotpCode } from './totp.ts'
export { signToken, type SignTokenOptions } from './tokens.ts'
