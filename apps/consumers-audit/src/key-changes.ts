import { Violations } from '@commonchart/errors'
import type { GraphQLResolveInfo } from 'graphql'
import { changeConsumer, type ConsumerInput } from './change-consumer.ts'
import { insertKey, readKid, retireKey, settleRetirements, updateKey } from './consumer-keys.ts'
import { judgeFuture } from './consumer-restrictions.ts'
import type { Context } from './context.ts'
import { readPublicKey } from './public-keys.ts'

interface KeyTimes {
  notBefore?: Date | null
  retireAt?: Date | null
}

type Changed = Promise<{ consumerId: string; keyId: string }>

/** Adds a key to a consumer. Throws `NOT_FOUND`, `CONFLICT`, and as `readPublicKey` and `insertKey`. */
export function addConsumerKey(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput & KeyTimes & { publicKey: string; kid?: string | null },
): Changed {
  const key = readPublicKey(input.publicKey)
  const violations = new Violations()
  const kid = readKid(input.kid, 'input.kid', violations)
  const { notBefore = null, retireAt = null } = input
  return changeConsumer(context, info, domainId, input, async (change, { id }) => {
    judgeFuture(retireAt, change.now, 'input.retireAt', violations)
    judgeOrder({ notBefore, retireAt }, violations)
    violations.throwIfAny()
    await settleRetirements(change, id)
    const keyId = await insertKey(change, id, key, { kid, notBefore, retireAt })
    return { set: {}, fields: ['keys'], keyId }
  })
}

/**
 * Changes the `kid` of a key or its times; absent ones stay, null ones are lifted. Throws `VALIDATION_FAILED`, also for a
 * key that is retired, `NOT_FOUND`, `CONFLICT` and `KEY_ID_IN_USE`.
 */
export function updateConsumerKey(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput & KeyTimes & { keyId: string; kid?: string | null },
): Changed {
  const violations = new Violations()
  const given = {
    ...(input.kid === undefined ? {} : { kid: readKid(input.kid, 'input.kid', violations) }),
    ...(input.notBefore === undefined ? {} : { notBefore: input.notBefore }),
    ...(input.retireAt === undefined ? {} : { retireAt: input.retireAt }),
  }
  return changeConsumer(context, info, domainId, input, async (change, { id }) => {
    await settleRetirements(change, id)
    const judge = (key: { notBefore: Date | null; retireAt: Date | null; retiredAt: Date | null }) => {
      if (key.retiredAt)
        violations.add('input.keyId', 'RETIRED', 'The key is retired and cannot come back: add a new one.')
      else judgeFuture(given.retireAt, change.now, 'input.retireAt', violations)
      judgeOrder({ ...key, ...given }, violations)
      violations.throwIfAny()
    }
    const { keyId, fields } = await updateKey(change, id, { keyId: input.keyId, given, judge })
    return { set: {}, fields: fields.length > 0 ? ['keys'] : [], keyId }
  })
}

/** Retires a key of a consumer; one that is retired already stays as it is. Throws `NOT_FOUND` and `CONFLICT`. */
export function retireConsumerKey(
  context: Context,
  info: GraphQLResolveInfo,
  domainId: number,
  input: ConsumerInput & { keyId: string },
): Changed {
  return changeConsumer(context, info, domainId, input, async (change, { id }) => {
    await settleRetirements(change, id)
    const { keyId, retired } = await retireKey(change, id, input.keyId)
    return { set: {}, fields: retired ? ['keys'] : [], keyId }
  })
}

function judgeOrder(
  { notBefore, retireAt }: { notBefore: Date | null; retireAt: Date | null },
  violations: Violations,
): void {
  if (notBefore && retireAt && notBefore.getTime() >= retireAt.getTime())
    violations.add('input.retireAt', 'TIMES_OUT_OF_ORDER', 'A key is retired after it begins to be accepted.')
}
