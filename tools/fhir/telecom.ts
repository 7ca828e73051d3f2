import { isOver, objects, text } from './element.ts'
import type { Json } from './element.ts'

/** One ContactPoint that is in force. */
type ContactPoint = { system: string; use: string | null; value: string; rank: number }

export type Telecom = {
  /** Takes the best contact point of a system with one of the uses (null: unmarked), in the order of the uses. */
  take(system: string, uses?: (string | null)[]): string | null
  /** Names those that nothing took. */
  leftOut(): string[]
}

const systems = ['phone', 'fax', 'email', 'pager', 'url', 'sms', 'other']

/** Reads the contact points of a resource; those that are over or marked old are not offered. */
export function readTelecom(value: unknown, now: Date): Telecom {
  const all = objects(value)
  const points = all.flatMap((point) => toContactPoint(point, now) ?? [])
  const open = new Set(points.toSorted((a, b) => a.rank - b.rank))

  return {
    take(system, uses) {
      for (const use of uses ?? ['work', 'home', 'mobile', null]) {
        for (const point of open) {
          if (point.system !== system || point.use !== use) continue
          open.delete(point)
          return point.value
        }
      }
      return null
    },
    leftOut() {
      const parts = [...open].map(
        (point) => `telecom (${[point.use, point.system].filter(Boolean).join(' ')})`,
      )
      return points.length < all.length ? [...parts, 'telecom (old or empty)'] : parts
    },
  }
}

function toContactPoint(point: Json, now: Date): ContactPoint | null {
  const system = text(point['system'])
  const value = text(point['value'])
  const use = text(point['use'])
  if (value === null || use === 'old' || isOver(point['period'], now)) return null
  if (system === null || !systems.includes(system)) return null
  const rank = typeof point['rank'] === 'number' ? point['rank'] : Number.MAX_SAFE_INTEGER
  return { system, use, value, rank }
}

const emailForm = /^[^\s@<>"]{1,64}@[^\s@<>"]+\.[^\s@<>".]+$/

/** The address as it came, if it has the form of an e-mail address. */
export function toEmail(value: string | null): string | null {
  return value !== null && emailForm.test(value) ? value : null
}
