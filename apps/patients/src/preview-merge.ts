import { noteRead, parseId } from '@commonchart/subgraph'
import { refusal } from '@commonchart/errors'
import type { Context } from './context.ts'
import { confidenceOf, judgeCriteria, type Confidence, type JudgedCriterion } from './match-criteria.ts'
import { fillText, findFills } from './merge-fills.ts'
import { countBelongings, type Belonging } from './merge-moves.ts'
import { refuseMerge, refuseSame } from './merge-patients.ts'
import type { PatientColumn } from './patient-columns.ts'
import { readPatientFacts } from './patient-facts.ts'

/** What a merge would do. */
export interface MergePreview {
  keptId: string
  mergedId: string
  moves: { mergedId: string; what: Belonging; count: number }[]
  fills: { mergedId: string; field: PatientColumn; value: string }[]
  confidence: Confidence | null
  criteria: JudgedCriterion[]
}

/** Tells what a merge would do, and refuses as the merge would. Nothing is changed. */
export function previewMerge(
  context: Context,
  { keptId, mergedId }: { keptId: string; mergedId: string },
): Promise<MergePreview> {
  refuseSame(keptId, mergedId, '')
  const { domainId } = context
  return context.read(async (trx) => {
    const find = async (id: string, path: string) => {
      const row = await trx
        .selectFrom('patient')
        .selectAll()
        .where('domainId', '=', domainId)
        .where('id', '=', parseId(id) ?? '-1')
        .executeTakeFirst()
      if (!row) throw refusal('NOT_FOUND', 'There is no such patient in this domain.', { path })
      return row
    }
    const kept = await find(keptId, 'keptId')
    const merged = await find(mergedId, 'mergedId')
    refuseMerge(kept, merged, '')
    for (const { id } of [kept, merged]) noteRead(context.recorded, id, null)
    const facts = await readPatientFacts(trx, domainId, [kept.id, merged.id])
    const criteria = judgeCriteria(facts.get(kept.id) ?? {}, facts.get(merged.id) ?? {})
    const moves = await countBelongings(trx, { domainId, from: merged.id, to: kept.id })
    return {
      ...{ keptId: kept.id, mergedId: merged.id, criteria, confidence: confidenceOf(criteria) },
      moves: moves.map((move) => ({ ...move, mergedId: merged.id })),
      fills: findFills(kept, merged).map(([field, value]) => ({
        ...{ mergedId: merged.id, field, value: fillText(value) },
      })),
    }
  })
}
