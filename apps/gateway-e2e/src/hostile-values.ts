/** A value as it stands in the JSON of a request, and what to call it. */
export interface HostileValue {
  name: string
  json: string
}

const text = (name: string, value: string): HostileValue => ({ name, json: JSON.stringify(value) })

const texts: HostileValue[] = [
  text('1 MB', 'x'.repeat(2 ** 20)),
  text('U+0000', 'a\0b'),
  text('halves of surrogate pairs', 'a\ud800b\udc00\ud800'),
  text(
    'SQL, HTML and a right-to-left override',
    `\u202e'; DROP TABLE patient CASCADE; --" OR '1'='1\u2066<script>alert(1)</script><img src=x onerror=alert(1)>">\u200f`,
  ),
  text('a pattern', '%_\\%$$((((*+?{1,99999}'),
  text('nothing', ''),
]

const ids: HostileValue[] = [
  ...['-1', '0', '2147483648', '9223372036854775808', '9'.repeat(400)],
  ...['0x1', '١', '1; SELECT 1', '00000000-0000-0000-0000-000000000000'],
].map((id) => text(`the id ${id.slice(0, 40)}`, id))

const days = ['0000-01-01', '0001-01-01', '9999-12-31', '2024-02-30', '-271821-04-20', '+275760-09-13']
const times = days
  .flatMap((day) => [`${day}T00:00:00Z`, `${day}T23:59:59.999999999+23:59`])
  .concat('2026-03-08T02:30:00', '9999-12-31T23:59:59-14:00', '0000-01-01T00:00:00+14:00', 'infinity')
const limits = [...days, ...times, '24:00', '00:00', '23:59', '-infinity', 'epoch'].map((at) =>
  text(`the time ${at}`, at),
)

const numbers: HostileValue[] = [
  ...['0', '-1', '2147483647', '-2147483648', '2147483648', '-2147483649', '9007199254740993'],
  ...['1.5', '1e308', '-1e308', '1e999', '5e-324', '-0', 'null', '"NaN"', '"Infinity"', 'true', '[1]'],
].map((json) => ({ name: `the number ${json}`, json }))

/** The values that a scalar must bear with: accepted, or refused as the caller's mistake. */
export function hostileTo(scalar: string): HostileValue[] {
  if (scalar === 'Int' || scalar === 'Float') return numbers
  if (scalar === 'Boolean') return [{ name: 'a number', json: '1' }]
  if (scalar === 'ID') return [...texts, ...ids]
  return /Date|Time/.test(scalar) ? [...texts, ...limits] : texts
}
