import type { LeafFacts } from '@commonchart/audit'
import { refusal } from '@commonchart/errors'

/** What can be subscribed to: the topics of CHR whose data is held here. */
export const topics = [
  'appointment.canceled',
  'appointment.created',
  'appointment.deactivated',
  'appointment.updated',
  'patient.merged',
  'patient_demographics.archived',
  'patient_demographics.created',
  'patient_demographics.updated',
] as const
export type Topic = (typeof topics)[number]

/** The topic of what `sendTestEvent` sends. */
export const testTopic = 'subscription.test'

/** The topics of CHR of which no data is held here. */
const topicsNotHeld = new Set([
  'encounter.created',
  'encounter.deleted',
  'encounter.signed',
  'encounter.unlocked',
  'qnaire.completed',
  ...['incoming', 'internal', 'outgoing'].flatMap((way) => [
    `referral.${way}.created`,
    `referral.${way}.updated`,
  ]),
  'task.created',
  'task.updated',
])

/**
 * Reads the topics of a subscription: each once, in alphabetical order. Throws `EVENT_TOPIC_NOT_HELD` and
 * `EVENT_TOPIC_UNKNOWN`, which name them.
 */
export function readTopics(given: readonly string[], path: string): Topic[] {
  const asked = [...new Set(given)]
  const strange = asked.filter((topic) => !isTopic(topic))
  const notHeld = strange.filter((topic) => topicsNotHeld.has(topic))
  const unknown = strange.filter((topic) => !topicsNotHeld.has(topic))
  if (unknown.length > 0)
    throw refusal('EVENT_TOPIC_UNKNOWN', `There are no such topics: ${unknown.map(quote).join(', ')}.`, {
      ...{ path, topics: unknown, allowed: topics },
    })
  if (notHeld.length > 0)
    throw refusal('EVENT_TOPIC_NOT_HELD', `No data is held here for ${notHeld.join(', ')}.`, {
      ...{ path, topics: notHeld, allowed: topics },
    })
  if (asked.length === 0) throw refusal('BAD_USER_INPUT', 'A subscription has at least one topic.', { path })
  return asked.filter(isTopic).sort()
}

function isTopic(topic: string): topic is Topic {
  return (topics as readonly string[]).includes(topic)
}

/** A topic that nobody knows is told as it came, but not at any length. */
function quote(topic: string): string {
  return JSON.stringify(topic.slice(0, 64))
}

const topicsByAction: Record<string, Topic> = {
  'appointment.canceled': 'appointment.canceled',
  'appointment.created': 'appointment.created',
  'appointment.deactivated': 'appointment.deactivated',
  'appointment.moved': 'appointment.updated',
  'appointment.updated': 'appointment.updated',
  'patient.archived': 'patient_demographics.archived',
  'patient.created': 'patient_demographics.created',
  'patient.restored': 'patient_demographics.updated',
  'patient.unmerged': 'patient_demographics.updated',
  'patient.updated': 'patient_demographics.updated',
}

/**
 * The topic of a change; null for one that is no event. An import creates or updates, as the version of the record says; of
 * a merge the chart that is merged away makes the event, and the one that is kept has been updated.
 */
export function topicOf({ action, recordVersion, fields }: LeafFacts): Topic | null {
  if (action === 'patient.imported')
    return recordVersion === 1 ? 'patient_demographics.created' : 'patient_demographics.updated'
  if (action === 'appointment.imported')
    return recordVersion === 1 ? 'appointment.created' : 'appointment.updated'
  if (action === 'patient.merged')
    return fields.includes('mergedInto') ? 'patient.merged' : 'patient_demographics.updated'
  return topicsByAction[action] ?? null
}
