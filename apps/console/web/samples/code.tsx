import { Box } from '@mantine/core'
import { Copy } from '../parts/copy.tsx'

/** Code as it is, with a button that copies it. */
export function Code({ text, label }: { text: string; label: string }) {
  return (
    <Box pos="relative">
      <Box pos="absolute" top={8} right={16} bg="var(--mantine-color-body)" bdrs="sm">
        <Copy text={text} />
      </Box>
      <pre className="code" tabIndex={0} role="region" aria-label={label}>
        <code>{text}</code>
      </pre>
    </Box>
  )
}
