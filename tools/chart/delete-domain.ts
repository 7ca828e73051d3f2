import { UsageError } from './io.ts'
import type { Settings } from './settings.ts'

export interface DeleteOptions {
  days?: number
  confirm?: string
  cancel?: boolean
}

/** Sets when a domain is deleted, or calls that off, and says what follows. */
export async function deleteDomain(
  name: string,
  { days, confirm, cancel = false }: DeleteOptions,
  { askOperator, print }: Settings,
): Promise<void> {
  if (cancel) {
    const { cancelDomainDeletion } = (await askOperator(
      'mutation ($input: CancelDomainDeletionInput!) { cancelDomainDeletion(input: $input) { domain { name state } } }',
      { input: { name } },
    )) as { cancelDomainDeletion: { domain: object } }
    return print(cancelDomainDeletion.domain, [
      `The domain ${name} is not deleted. It is out of service until: chart domain enable ${name} --contract REFERENCE`,
    ])
  }
  if (confirm !== name)
    throw new UsageError(
      `This deletes every record and log of ${name} for good: say "--confirm ${name}" if you mean it.`,
    )
  if (days !== undefined && !Number.isInteger(days)) throw new UsageError('--days takes a whole number.')
  const { scheduleDomainDeletion } = (await askOperator(
    'mutation ($input: ScheduleDomainDeletionInput!) { scheduleDomainDeletion(input: $input) { domain { name state deletion { scheduledFor requestedBy } } } }',
    { input: { name, days } },
  )) as { scheduleDomainDeletion: { domain: { deletion: { scheduledFor: string } } } }
  const { domain } = scheduleDomainDeletion
  print(domain, [
    `The domain ${name} is out of service, and everything that is kept of it is deleted from ${domain.deletion.scheduledFor} on.`,
    `Until then it is called off with: chart domain delete ${name} --cancel`,
  ])
}
