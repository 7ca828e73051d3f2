import { Badge, Button, Group } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Section } from '../parts/section.tsx'
import type { User } from '../session.ts'
import { BackupCodesDialog } from './backup-codes-dialog.tsx'
import { EnableDialog } from './enable-dialog.tsx'
import { DisableDialog } from './disable-dialog.tsx'

type Dialog = 'enable' | 'disable' | 'codes'

/** The second step of signing in: on or off, and its backup codes. */
export function SecondStepSection({ user }: { user: User }) {
  const { t } = useTranslation('account')
  const [dialog, setDialog] = useState<Dialog | null>(null)
  const on = user.twoFactorEnabled
  const common = { onClose: () => setDialog(null) }
  return (
    <Section title={t('second.title')} lead={t('second.lead')}>
      <Group>
        <Badge variant="light" color={on ? 'clinic' : 'gray'}>
          {t(on ? 'second.isOn' : 'second.isOff')}
        </Badge>
        {on ? (
          <>
            <Button variant="default" size="xs" onClick={() => setDialog('codes')}>
              {t('second.newCodes')}
            </Button>
            <Button variant="default" size="xs" onClick={() => setDialog('disable')}>
              {t('second.turnOff')}
            </Button>
          </>
        ) : (
          <Button size="xs" onClick={() => setDialog('enable')}>
            {t('second.turnOn')}
          </Button>
        )}
      </Group>
      {dialog === 'enable' && <EnableDialog {...common} />}
      {dialog === 'disable' && <DisableDialog {...common} />}
      {dialog === 'codes' && <BackupCodesDialog {...common} />}
    </Section>
  )
}
