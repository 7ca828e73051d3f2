import { isZone } from '@commonchart/clinic-time'
import type { Violations } from '@commonchart/errors'

/** Reads an IANA time zone. Adds a violation when there is none of this name. */
export function readZone(zone: string, path: string, violations: Violations): string {
  if (!isZone(zone)) violations.add(path, 'TIME_ZONE', 'This is not the name of an IANA time zone.')
  return zone
}
