import { Progress, Stack, Text } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Step } from './step.tsx'

/** A step before it has its number. */
export interface StepFacts {
  name: string
  done: boolean
  /** It is not counted and has no number. */
  optional?: boolean
  children?: ReactNode
  /** What the step's text names. */
  words?: Record<string, string>
}

/** The steps of one list in their order, and how many are done. */
export function Checklist({ list, steps }: { list: 'domain' | 'program'; steps: StepFacts[] }) {
  const { t } = useTranslation('getting-started')
  const counted = steps.filter(({ optional }) => !optional)
  const all = counted.length
  const done = counted.filter((each) => each.done).length
  return (
    <Stack>
      <div>
        <Text size="sm" mb={6} role="status">
          {t('progress', { done, all })}
        </Text>
        <Progress value={(done / all) * 100} maw={420} aria-label={t('progress', { done, all })} />
      </div>
      <Stack component="ol" className="plain" gap="sm">
        {steps.map(({ name, words = {}, optional, ...step }) => (
          <Step
            key={name}
            number={optional ? null : counted.findIndex((each) => each.name === name) + 1}
            title={t(`${list}.${name}.title`)}
            text={t(`${list}.${name}.text`, words)}
            {...step}
          />
        ))}
      </Stack>
    </Stack>
  )
}
