import type { Context } from './context.ts'

/** What CHR's programs say about telling people. */
export interface NotificationWish {
  notifyBy?: 'DEFAULT' | 'BOTH' | 'EMAIL' | 'NONE' | 'SMS' | null
  allowNotification?: boolean | null
  allowPractitionerNotification?: boolean | null
}

/** Warns when a request asks for somebody to be told: there is no sender, and nobody should believe that there is. */
export function warnOfSilence(context: Context, wish: NotificationWish): void {
  const { notifyBy, allowNotification, allowPractitionerNotification } = wish
  const byMethod = Boolean(notifyBy) && notifyBy !== 'NONE' && allowNotification !== false
  const recipients = [
    ...(allowNotification === true || byMethod ? ['patient'] : []),
    ...(allowPractitionerNotification === true ? ['provider'] : []),
  ]
  if (recipients.length === 0) return
  context.warn('NOTIFICATION_NOT_SENT', `Nobody was notified: no sender is configured.`, { recipients })
}
