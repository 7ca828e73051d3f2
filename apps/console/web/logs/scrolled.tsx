import type { ReactNode } from 'react'
import './scrolled.css'

/** What is wider than a phone scrolls by itself, also by the keyboard. */
export function Scrolled({
  label,
  minWidth,
  children,
}: {
  label: string
  minWidth: 640 | 760 | 940
  children: ReactNode
}) {
  return (
    <div className="scrolled" role="region" aria-label={label} tabIndex={0}>
      <div className={`least-${minWidth}`}>{children}</div>
    </div>
  )
}
