import assert from 'node:assert/strict'
import { randomInt } from 'node:crypto'
import { after, before, test } from 'node:test'
import { withDomain } from '@commonchart/database'
import { searchKey } from '@commonchart/subgraph'
import type { Confidence } from './match-criteria.ts'
import { findMatches } from './patient-matches.ts'
import { refreshTerms } from './patient-terms.ts'
import { apart, createMatchSet, pairCounts, type MatchSet, type PairKind } from './test-match-set.ts'
import { startPatients } from './test-patients.ts'

/** Give it to get the set of an earlier run again. */
const seed = Number(process.env.MATCH_SET_SEED ?? randomInt(2 ** 31))
const levels: Confidence[] = ['HIGH', 'MEDIUM', 'LOW']

let patients: Awaited<ReturnType<typeof startPatients>>
let set: MatchSet
before(async () => {
  patients = await startPatients()
  set = createMatchSet(seed)
  await storeSet(set)
})
after(() => patients.stop())

/** Stores the charts, each under its place in the set as its id. */
async function storeSet({ charts }: MatchSet): Promise<void> {
  const now = new Date()
  await withDomain(patients.db, 1, async (trx) => {
    for (const id of [1, 2])
      await trx
        .insertInto('identificationTemplate')
        .values({ domainId: 1, id, name: `Card ${id}` })
        .execute()
    for (const [at, chart] of charts.entries()) {
      const id = String(at + 1)
      const { firstName, lastName, gender, city, phones } = chart
      await trx
        .insertInto('patient')
        .values({
          ...{ domainId: 1, id, createdAt: now, updatedAt: now, firstName, lastName, gender, city },
          ...{ firstNameKey: searchKey(firstName), lastNameKey: searchKey(lastName) },
          ...{ dateOfBirth: chart.dateOfBirth ?? '', phone: phones[0] ?? null },
        })
        .execute()
      for (const { value, templateId } of chart.numbers)
        await trx
          .insertInto('identification')
          .values({
            ...{ domainId: 1, patientId: id, value, valueKey: searchKey(value), templateId },
            ...{ createdAt: now, updatedAt: now },
          })
          .execute()
      for (const former of chart.formerNames)
        await trx
          .insertInto('formerName')
          .values({
            ...{ domainId: 1, patientId: id, lastName: former.lastName },
            lastNameKey: searchKey(former.lastName ?? ''),
          })
          .execute()
    }
    for (let at = 0; at < charts.length; at += 500)
      await refreshTerms(
        { trx, domainId: 1 },
        charts.slice(at, at + 500).map((_, n) => String(at + n + 1)),
      )
  })
}

/** Every pair of charts that matching proposes, with the better of both confidences. */
async function findPairs(): Promise<Map<string, Confidence>> {
  const found = new Map<string, Confidence>()
  await withDomain(patients.db, 1, async (trx) => {
    for (const [at, chart] of set.charts.entries()) {
      const own = String(at + 1)
      for (const { patientId, confidence } of await findMatches(trx, 1, chart, { except: own })) {
        const key = [at, Number(patientId) - 1].sort((one, other) => one - other).join()
        const known = found.get(key)
        if (!known || levels.indexOf(confidence) < levels.indexOf(known)) found.set(key, confidence)
      }
    }
  })
  return found
}

test(`matching finds who is one person and keeps apart who is not, in 2 000 charts from the seed ${seed}`, async (t) => {
  const found = await findPairs()
  const isOne = (key: string) => {
    const [one, other] = key.split(',').map((at) => set.charts[Number(at)]?.person)
    return one === other
  }
  const kinds = Object.keys(pairCounts) as PairKind[]
  const truePairs = set.pairs.filter(({ kind }) => !apart.includes(kind))
  for (const kind of kinds) {
    const own = set.pairs.filter((pair) => pair.kind === kind)
    const counts = levels.map((level) => {
      const count = own.filter(({ one, other }) => found.get(`${one},${other}`) === level).length
      return `${level} ${count}`
    })
    t.diagnostic(`${kind}: ${own.length} pairs, ${counts.join(', ')}`)
  }
  const measure = (...wanted: Confidence[]) => {
    const keys = [...found].filter(([, level]) => wanted.includes(level)).map(([key]) => key)
    const right = keys.filter(isOne).length
    const figures = {
      count: keys.length,
      precision: keys.length === 0 ? 1 : right / keys.length,
      recall: right / truePairs.length,
    }
    const { count, precision, recall } = figures
    t.diagnostic(
      `${wanted.at(-1)} or better: ${count} pairs, precision ${precision.toFixed(3)}, recall ${recall.toFixed(3)}`,
    )
    return figures
  }
  const high = measure('HIGH')
  const medium = measure('HIGH', 'MEDIUM')
  measure('HIGH', 'MEDIUM', 'LOW')
  assert.ok(high.count >= 40, `${high.count} pairs are found with high confidence`)
  assert.equal(high.precision, 1)
  assert.ok(medium.recall >= 0.8, `recall ${medium.recall}`)
  assert.ok(medium.precision >= 0.95, `precision ${medium.precision}`)
})

test('both charts of a pair find each other', async () => {
  await withDomain(patients.db, 1, async (trx) => {
    for (const { one, other } of set.pairs.slice(0, 100)) {
      const [first, second] = [set.charts[one], set.charts[other]]
      assert.ok(first && second)
      const there = await findMatches(trx, 1, first, { except: String(one + 1) })
      const back = await findMatches(trx, 1, second, { except: String(other + 1) })
      const level = (list: typeof there, at: number) =>
        list.find(({ patientId }) => patientId === String(at + 1))?.confidence
      assert.equal(level(there, other), level(back, one))
    }
  })
})
