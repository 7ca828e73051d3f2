import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { change } from '../clinic.ts'
import {
  external,
  importClinic,
  importItems,
  importOne,
  rulesOf,
  type ImportedClinic,
  type ImportResult,
} from '../imports.ts'
import { fill } from '../inputs.ts'
import { attempt, codeOf, type AskGraph } from '../mutations.ts'
import { assertShown, flexible, listOf, offTime } from '../provider-hours.ts'
import { readSettingsSchema } from '../schema.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'

type Values = Record<string, unknown>

const schema = readSettingsSchema()
let stack: Stack
let clinic: ImportedClinic
before(async () => {
  stack = await openStack()
  clinic = await importClinic(stack.north)
  await change(stack.north, 'updateLocation', { id: clinic.locationIds[0], primary: true }, 'location { id }')
})
after(() => stack.stop())

const support: AskGraph = (query, variables) => stack.north.askSettings(query, variables)
let years = 2030

for (const subject of [flexible, offTime]) {
  const [mutation, input] = [`import${subject.name}s`, `Import${subject.name}Input`]
  const references =
    subject === flexible
      ? { providerExternalId: null, locationExternalId: null, serviceExternalIds: null }
      : { providerExternalId: null }

  /** An item of a year of its own, so that dated hours do not meet. */
  const itemOf = (round: number, more: Values, year: number): Values => {
    const given = subject.given(round, clinic)
    const [startAtDate, endAtDate] = [given.startAtDate, given.endAtDate].map((day) =>
      (day as string).replace('2031', String(year)),
    )
    return fill(schema, input, round, {
      ...{ ...given, startAtDate, endAtDate, providerId: clinic.providerIds[0], deactivated: false },
      ...references,
      ...more,
    })
  }
  const nextYear = () => (years += 1)
  const listed = async (id: string, provider = 0) =>
    (await listOf(support, subject, clinic.providerIds[provider] ?? '')).find((each) => each.id === id)
  const resultOf = async (item: Values) => {
    const { results } = await change(
      stack.north,
      mutation,
      [item],
      'results { outcome violations { path rule } }',
    )
    const [result] = results as Pick<ImportResult, 'outcome' | 'violations'>[]
    return [result?.outcome, ...rulesOf(result)]
  }

  test(`${mutation} stores every field, and tells what is new, changed and the same`, async () => {
    const year = nextYear()
    const externalId = external('whole')
    const first = itemOf(1, { externalId }, year)
    const id = await importOne(stack.north, mutation, first, 'CREATED')
    assertShown(subject, (await listed(id)) ?? {}, first, input)
    assert.equal(await importOne(stack.north, mutation, first, 'UNCHANGED'), id)
    for (const round of [2, 3, 4]) {
      const next = itemOf(round, { externalId }, year)
      assert.equal(await importOne(stack.north, mutation, next, 'UPDATED'), id)
      assertShown(subject, (await listed(id)) ?? {}, next, input)
    }
  })

  test(`${mutation} knows a record by its external id, and what it is of by theirs`, async () => {
    const year = nextYear()
    const item = itemOf(1, { externalId: external('known') }, year)
    assert.deepEqual(await resultOf(item), ['CREATED'])
    assert.deepEqual(await resultOf(item), ['UNCHANGED'])
    // Dated hours that are as others are in their way; time off may be entered twice.
    const again = await resultOf({ ...item, externalId: external('other') })
    const overlap = ['REFUSED', 'input.0.startAtTime WORK_HOURS_OVERLAP']
    assert.deepEqual(again, subject === flexible ? overlap : ['CREATED'])
    assert.deepEqual(await resultOf(item), ['UNCHANGED'])
    for (const key of Object.keys(references)) {
      const [direct, many] = [key.replace('External', ''), key.endsWith('s')]
      const by = (value: unknown) => ({ ...item, [direct]: null, [key]: many ? [value] : value })
      const at = many ? '.0' : ''
      const named = by(external(key === 'providerExternalId' ? 'one' : 'two'))
      assert.deepEqual(await resultOf(named), ['UNCHANGED'], key)
      assert.deepEqual(await resultOf(by(external('lost'))), ['REFUSED', `input.0.${key}${at} NOT_FOUND`])
      assert.deepEqual(await resultOf(named), ['UNCHANGED'], key)
      assert.deepEqual(await resultOf({ ...item, [direct]: many ? ['4711'] : '4711' }), [
        ...['REFUSED', `input.0.${direct}${at} NOT_FOUND`],
      ])
      assert.deepEqual(await resultOf(item), ['UNCHANGED'])
    }
    assert.deepEqual(await resultOf({ ...item, providerId: clinic.providerIds[1] }), [
      ...['REFUSED', 'input.0.providerId ANOTHER_PROVIDER'],
    ])
  })

  test(`${mutation} refuses an item with every rule it breaks, and it keeps no other out`, async () => {
    const good = itemOf(1, { externalId: external('beside') }, nextYear())
    const bad = { ...good, externalId: external(' '), endAtDate: '1999-01-01', providerId: null }
    const [refused, made] = await importItems(stack.north, mutation, [bad, good])
    assert.equal(made?.outcome, 'CREATED', JSON.stringify(made))
    assert.deepEqual([refused?.outcome, refused?.id], ['REFUSED', null])
    assert.deepEqual(rulesOf(refused).toSorted(), [
      'input.0.endAtDate TIMES_OUT_OF_ORDER',
      'input.0.externalId.value EXTERNAL_ID',
      'input.0.providerId REQUIRED',
    ])
    const tooMany = Array.from({ length: 501 }, () => good)
    assert.equal(codeOf(await attempt(support, mutation, tooMany, 'results { id }')), 'BAD_USER_INPUT')
  })

  test(`what ${mutation} says has ended is listed no more, until it applies again`, async () => {
    const item = itemOf(1, { externalId: external('ended') }, nextYear())
    const id = await importOne(stack.north, mutation, item, 'CREATED')
    assert.ok(await listed(id))
    await importOne(stack.north, mutation, { ...item, deactivated: true }, 'UPDATED')
    assert.equal(await listed(id), undefined)
    const ended = await change(
      stack.north,
      `deactivate${subject.name}`,
      { id },
      `${subject.payload} { deactivated }`,
    )
    assert.deepEqual(ended[subject.payload], { deactivated: true })
    await importOne(stack.north, mutation, item, 'UPDATED')
    assert.ok(await listed(id))
  })

  test(`${mutation} tells one colour from another, and takes none that is none`, async () => {
    const item = itemOf(1, { externalId: external('coloured') }, nextYear())
    const [one, other, wrong] =
      subject === flexible
        ? ['#abcdef', '#fedcba', 'reddish'].map((rgb) => ({ rgb }))
        : ['RED', 'BLUE', 'REDDISH']
    const outcomeOf = async (color: unknown) => {
      const answer = await attempt(support, mutation, [{ ...item, color }], 'results { outcome }')
      const [result] = (answer.body.data?.[mutation]?.results ?? []) as { outcome: string }[]
      return result?.outcome ?? codeOf(answer)
    }
    assert.equal(await outcomeOf(other), 'CREATED')
    assert.equal(await outcomeOf(one), 'UPDATED')
    assert.equal(await outcomeOf(other), 'UPDATED')
    assert.equal(await outcomeOf(other), 'UNCHANGED')
    assert.equal(await outcomeOf(one), 'UPDATED')
    assert.equal(await outcomeOf(wrong), subject === flexible ? 'REFUSED' : 'BAD_USER_INPUT')
    assert.equal(await outcomeOf(one), 'UNCHANGED')
  })
}
