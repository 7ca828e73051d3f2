import { notifications } from '@mantine/notifications'
import i18next from 'i18next'

/** Says in a corner of the page that something is done. */
export function tell(message: string, title?: string): void {
  notifications.show({
    ...{ color: 'clinic', title, message },
    // The library's own grey has too little contrast.
    styles: { description: { color: 'var(--mantine-color-text)' } },
    closeButtonProps: { 'aria-label': i18next.t('close', { ns: 'shell' }) },
  })
}
