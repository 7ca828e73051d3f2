import type { AuditAction } from '@commonchart/audit'

/** What can be taken out of use and brought back, as actions name it. */
type Noun = { [Action in AuditAction]: Action extends `${infer Of}.reactivated` ? Of : never }[AuditAction]

/** Names a change of a record after what happened: it was taken out of use, brought back, or changed otherwise. */
export function actionOf<Of extends Noun>(
  noun: Of,
  row: { deactivated: boolean },
  { deactivated = row.deactivated }: { deactivated?: boolean },
): `${Of}.deactivated` | `${Of}.reactivated` | `${Of}.updated` {
  if (deactivated === row.deactivated) return `${noun}.updated`
  return deactivated ? `${noun}.deactivated` : `${noun}.reactivated`
}
