import { searchKey } from '@commonchart/subgraph'

/** The provinces and territories of Canada by their ISO 3166-2 code, as people call them in English and French. */
const names: Record<string, string[]> = {
  AB: ['Alberta', 'Alta'],
  BC: ['British Columbia', 'Colombie-Britannique', 'CB'],
  MB: ['Manitoba', 'Man'],
  NB: ['New Brunswick', 'Nouveau-Brunswick'],
  NL: ['Newfoundland and Labrador', 'Newfoundland', 'Terre-Neuve-et-Labrador', 'NF', 'TNL'],
  NS: ['Nova Scotia', 'Nouvelle-Écosse', 'NE'],
  NT: ['Northwest Territories', 'Territoires du Nord-Ouest', 'NWT', 'TNO'],
  NU: ['Nunavut'],
  ON: ['Ontario', 'Ont'],
  PE: ['Prince Edward Island', 'Île-du-Prince-Édouard', 'PEI', 'IPE'],
  QC: ['Quebec', 'Québec', 'PQ', 'Que'],
  SK: ['Saskatchewan', 'Sask'],
  YT: ['Yukon', 'Yukon Territory', 'YK'],
}

const codes = new Map(
  Object.entries(names).flatMap(([code, called]) => [code, ...called].map((name) => [keyOf(name), code])),
)

/** The code of a province or territory of Canada, however it is written; null when it is none. */
export function findRegion(text: string): string | null {
  return codes.get(keyOf(text)) ?? null
}

function keyOf(text: string): string {
  return searchKey(text)
    .replace(/^ca-/, '')
    .replace(/[-.\s]+/g, '')
}
