import i18next from 'i18next'
import { createTheme, type CSSVariablesResolver, type MantineColorsTuple } from '@mantine/core'

/** Teal whose seventh shade has 4.5:1 against white, and whose fourth has it against the dark ground. */
const clinic: MantineColorsTuple = [
  '#e8f7f5',
  '#d3ece8',
  '#a5d8d1',
  '#73c3b8',
  '#4cb2a4',
  '#33a798',
  '#148c7e',
  '#0c7a70',
  '#04635b',
  '#004c45',
]

const system = 'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif'

/** Read as each one is drawn: the language may have changed since. */
const closeButton = {
  get 'aria-label'() {
    return i18next.t('close')
  },
}

export const theme = createTheme({
  primaryColor: 'clinic',
  primaryShade: { light: 7, dark: 7 },
  colors: { clinic },
  fontFamily: system,
  fontFamilyMonospace: 'ui-monospace, SFMono-Regular, Menlo, Consolas, "Liberation Mono", monospace',
  headings: { fontFamily: system, fontWeight: '650' },
  defaultRadius: 'md',
  cursorType: 'pointer',
  respectReducedMotion: true,
  components: {
    // In its own colour, orange above all, a title has too little contrast against the alert's ground.
    Alert: { defaultProps: { styles: { title: { color: 'var(--mantine-color-text)' } } } },
    // So has a word in a light badge.
    Badge: {
      defaultProps: {
        styles: (_: unknown, { variant }: { variant?: string }) =>
          variant === 'light' ? { label: { color: 'var(--mantine-color-text)' } } : {},
      },
    },
    // Its header is not that of the page.
    Modal: { defaultProps: { attributes: { header: { role: 'presentation' } } } },
    Notification: { defaultProps: { closeButtonProps: closeButton } },
    Table: { defaultProps: { verticalSpacing: 'sm', highlightOnHover: true } },
    Tooltip: { defaultProps: { withArrow: true, events: { hover: true, focus: true, touch: true } } },
  },
})

/** Quiet text has 4.5:1 against its ground in both themes, which the library's own greys do not have; so do placeholders. */
export const resolveVariables: CSSVariablesResolver = ({ colors }) => ({
  variables: {},
  light: {
    '--mantine-color-dimmed': colors.gray[7],
    '--mantine-color-placeholder': colors.gray[7],
    '--mantine-color-error': colors.red[9],
  },
  dark: {
    '--mantine-color-dimmed': colors.dark[1],
    '--mantine-color-placeholder': colors.dark[2],
    '--mantine-color-error': colors.red[4],
  },
})
