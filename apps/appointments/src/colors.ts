import type { Violations } from '@commonchart/errors'
import { readColor } from './input-text.ts'

/** The values of CHR's named colours. (ours) CHR publishes the names only. */
const values = {
  RED: '#e53935',
  ORANGE: '#fb8c00',
  LIGHT_ORANGE: '#ffb74d',
  YELLOW: '#fdd835',
  LIGHT_GREEN: '#9ccc65',
  GREEN: '#43a047',
  DARK_GREEN: '#2e7d32',
  TEAL: '#00897b',
  LIGHT_BLUE: '#4fc3f7',
  BLUE: '#1e88e5',
  NEW_BLUE: '#2979ff',
  DARK_BLUE: '#1565c0',
  ROYAL_BLUE: '#3f51b5',
  PURPLE: '#8e24aa',
  MAGENTA: '#d81b60',
  GREY: '#757575',
} as const

/** A colour by its name or its value; the value wins. */
export interface ColorInput {
  name?: keyof typeof values | null
  rgb?: string | null
}

/** Reads a colour as `#rrggbb`; null clears it, absent stays undefined. */
export function colorOf(
  input: ColorInput | null | undefined,
  path: string,
  violations: Violations,
): string | null | undefined {
  if (!input) return input
  if (input.rgb) return readColor(input.rgb, `${path}.rgb`, violations)
  return input.name ? values[input.name] : null
}

/** The values of CHR's named colours of time off. (ours) CHR publishes the names only. */
export const offTimeColors = {
  GREY: '#9e9e9e',
  BLACK: '#212121',
  RED: '#e53935',
  PINK: '#ec407a',
  SALMON: '#ff8a80',
  ORANGE: '#fb8c00',
  BROWN: '#795548',
  YELLOW: '#fdd835',
  MINT: '#80cbc4',
  GREEN: '#43a047',
  BLUE: '#1e88e5',
  PURPLE: '#8e24aa',
} as const

export type OffTimeColor = keyof typeof offTimeColors
