import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import './facts.css'

/** Facts with their names; those without a value are left out. */
export function Facts({ facts }: { facts: [name: string, value: ReactNode][] }) {
  return (
    <dl className="facts">
      {facts
        .filter(([, value]) => value !== null && value !== undefined && value !== '' && value !== false)
        .map(([name, value]) => (
          <div key={name}>
            <Text component="dt" size="sm" c="dimmed">
              {name}
            </Text>
            <dd>{value}</dd>
          </div>
        ))}
    </dl>
  )
}
