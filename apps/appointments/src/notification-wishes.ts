import type { Context } from './context.ts'

/** What CHR's programs say about telling people. */
export interface NotificationWish {
  notifyBy?: 'DEFAULT' | 'BOTH' | 'EMAIL' | 'NONE' | 'SMS' | null
  allowNotification?: boolean | null
  allowPractitionerNotification?: boolean | null
}

/** Somebody who is to be told, and how. */
export interface Recipient {
  recipient: 'PATIENT' | 'PROVIDER'
  method: 'DEFAULT' | 'BOTH' | 'EMAIL' | 'SMS'
}

/** Whom a wish asks to be told. `notifyBy: NONE` keeps the patient from being told whatever else is said. */
export function readWish({
  notifyBy,
  allowNotification,
  allowPractitionerNotification,
}: NotificationWish): Recipient[] {
  const method = !notifyBy || notifyBy === 'NONE' ? 'DEFAULT' : notifyBy
  const patient = notifyBy !== 'NONE' && (allowNotification ?? (notifyBy !== undefined && notifyBy !== null))
  return [
    ...(patient ? [{ recipient: 'PATIENT', method } as const] : []),
    ...(allowPractitionerNotification === true ? [{ recipient: 'PROVIDER', method } as const] : []),
  ]
}

/**
 * Warns when a request asks for somebody to be told: there is no sender, and nobody should believe that there is. Names what
 * was noted of it by `requestNotifications`.
 */
export function warnOfSilence(context: Context, wish: NotificationWish, requestIds: string[] = []): void {
  const recipients = readWish(wish).map(({ recipient }) => recipient.toLowerCase())
  if (recipients.length === 0) return
  context.warn('NOTIFICATION_NOT_SENT', `Nobody was notified: no sender is configured.`, {
    recipients,
    requestIds,
  })
}
