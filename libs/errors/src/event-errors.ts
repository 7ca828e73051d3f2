import type { ErrorEntry } from './catalogue.ts'

/** What event subscriptions refuse, in alphabetical order. */
export const eventErrors = {
  EVENT_RESEND_TOO_MANY: {
    status: 200,
    meaning:
      'The range has more events than are sent again at once; `extensions.most` says how many that are.',
    remedy: 'Send smaller ranges, or everything from a place on with `sinceSequence`.',
  },
  EVENT_SECRETS_FULL: {
    status: 200,
    meaning: 'The subscription has two secrets.',
    remedy: 'Remove the one that the receiver no longer verifies with, then add another.',
  },
  EVENT_SECRET_LAST: {
    status: 200,
    meaning: 'The secret is the only one of its subscription, and nothing is sent unsigned.',
    remedy: 'Add another secret first.',
  },
  EVENT_SUBSCRIPTIONS_FULL: {
    status: 200,
    meaning: 'The consumer has as many event subscriptions as it may have; `extensions.most` says how many.',
    remedy: 'Deactivate one that is not needed, or give one more topics.',
  },
  EVENT_SUBSCRIPTION_DEACTIVATED: {
    status: 200,
    meaning: 'The event subscription was ended for good.',
    remedy: 'Create another one.',
  },
  EVENT_TOPIC_NOT_HELD: {
    status: 200,
    meaning:
      'CHR has these topics, and no data behind them is held here, so that they would never have an event; `extensions.topics` names them.',
    remedy: 'Leave them out; `docs/events.md` lists the topics that there are.',
  },
  EVENT_TOPIC_UNKNOWN: {
    status: 200,
    meaning: 'There are no topics of these names; `extensions.topics` names them.',
    remedy: 'Use the topics that `docs/events.md` lists.',
  },
  EVENT_URL_REFUSED: {
    status: 200,
    meaning:
      'Nothing is sent to this URL; `extensions.reason` is `NOT_A_URL`, `NOT_HTTPS`, `CREDENTIALS`, `HOST_UNKNOWN` or `ADDRESS_REFUSED`.',
    remedy:
      'Use an https URL of a host in the public internet; the operator may allow other networks (EVENT_NETWORKS).',
  },
} as const satisfies Record<string, ErrorEntry>
