import { useTranslation } from 'react-i18next'
import { readTimes, type DisclosuresSearch } from './search.ts'

/** What stands above an accounting of disclosures on paper: whose it is, of which time, and when it was printed. */
export function PrintedHeading({
  domain,
  search,
}: {
  domain: string
  search: DisclosuresSearch & { patientId: string | number }
}) {
  const { t, i18n } = useTranslation('logs')
  const { from, to } = readTimes(search)
  const write = (at: string | number | undefined): string =>
    at === undefined
      ? ''
      : new Date(at).toLocaleString(i18n.language, { dateStyle: 'long', timeStyle: 'long' })
  return (
    <div className="printed">
      <p>
        {t('disclosures.of', { id: search.patientId, domain })}
        <br />
        {from ? t('disclosures.from', { at: write(from) }) : t('disclosures.fromStart')}{' '}
        {to ? t('disclosures.to', { at: write(to) }) : t('disclosures.toNow')}
        <br />
        {t('disclosures.printedAt', { at: write(Date.now()) })}
      </p>
    </div>
  )
}
