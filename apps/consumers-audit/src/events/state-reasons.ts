type Language = 'en' | 'fr'

/** Why a subscription was suspended, as its row keeps it. */
export const goneReason = 'The receiver answered 410: it is gone.'

export function silentReason(lastError: string | null): string {
  return `The receiver has acknowledged nothing for three days; the last failure was ${lastError}.`
}

/** Tells why a subscription was suspended. What is not of these sentences stays as it is. */
export function tellReason(kept: string, language: Language): string {
  if (language === 'en') return kept
  if (kept === goneReason) return 'Le récepteur a répondu 410 : il ne veut plus rien.'
  const lastError = /; the last failure was (\w+)\.$/.exec(kept)?.[1]
  return lastError !== undefined && kept === silentReason(lastError)
    ? `Le récepteur n’a rien confirmé depuis trois jours ; le dernier échec était ${lastError}.`
    : kept
}

/** Tells since when and why a subscription fails. */
export function tellFailing(
  { failingSince, lastError }: { failingSince: Date; lastError: string | null },
  language: Language,
): string {
  const since = failingSince.toISOString()
  return language === 'fr'
    ? `Rien n’a été confirmé depuis ${since} ; le dernier échec était ${lastError ?? 'inconnu'}.`
    : `Nothing was acknowledged since ${since}; the last failure was ${lastError ?? 'not told'}.`
}
