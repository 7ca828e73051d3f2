export { errorCatalogue, type ErrorCode, type ErrorEntry } from './catalogue.ts'
export { isRefusal, refusal } from './refusal.ts'
export { Violations, type Violation } from './violations.ts'
export { describeError, type ErrorDescription } from './describe-error.ts'
