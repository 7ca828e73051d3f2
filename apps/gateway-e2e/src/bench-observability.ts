import { parseArgs } from 'node:util'
import { replaceSection } from '@commonchart/tools/bench-document'
import { applyLoad } from '@commonchart/tools/bench-load'
import { median } from '@commonchart/tools/bench-median'
import { readCpuMsOf } from '@commonchart/tools/bench-process-cpu'
import { describeMachine } from '@commonchart/tools/bench-report'
import { signToken, startSpanReceiver } from '@commonchart/testing'
import { createPatient } from './records.ts'
import { startStack, type Stack } from './stack.ts'

/**
 * Asks two whole stacks on one PostgreSQL in turn: one tells nothing of itself, the other keeps metrics, which are read once a
 * round, and sends spans of as many requests as by default. Fails when more than 3 % of the throughput is lost.
 */
const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '21' },
    requests: { type: 'string', default: '600' },
    connections: { type: 'string', default: '16' },
    write: { type: 'boolean', default: false },
  },
})
const [rounds, requests, connections] = [values.rounds, values.requests, values.connections].map(Number) as [
  number,
  number,
  number,
]
/** The least share of the throughput that is left. */
const bar = 0.97
const patients = 50
const unlimited = String(1_000_000_000)
const gateway = {
  LIMIT_REQUESTS_PER_MINUTE_PER_CONSUMER: unlimited,
  LIMIT_REQUESTS_PER_MINUTE_PER_ADDRESS: unlimited,
}

interface Question {
  title: string
  /** So many of what is asked for the first question. */
  share: number
  body: (patientId: string) => object
}

const rest = { dateOfBirth: '1980-02-29', gender: 'OTHER', identifications: [] }
const questions: Question[] = [
  {
    title: 'one patient',
    share: 1,
    body: (id) => ({
      query: 'query One($id: ID!) { patient(id: $id) { id firstName lastName } }',
      variables: { id },
    }),
  },
  {
    title: `${patients} patients and their appointments, two hops`,
    share: 1 / 4,
    body: () => ({
      query: `{ patients(first: ${patients}) { nodes { id firstName lastName appointments(first: 5) { nodes { id startAt } } } } }`,
    }),
  },
  {
    title: 'a patient is created',
    share: 1 / 3,
    body: () => ({
      query:
        'mutation ($input: CreatePatientInput!) { createPatient(input: $input) { patient { id version } } }',
      variables: { input: { firstName: 'Pat', lastName: 'Doe', ...rest } },
    }),
  },
]

interface Side {
  stack: Stack
  patientId: string
}
interface Round {
  perSecond: number
  cpuMs: number
}

async function open(spansTo?: string): Promise<Side> {
  const stack = await startStack({ gateway, spansTo, spansOf: '' })
  try {
    let patientId = ''
    for (let made = 0; made < patients; made += 1) ({ id: patientId } = await createPatient(stack.north))
    return { stack, patientId }
  } catch (error) {
    await stack.stop()
    throw error
  }
}

const readCpuMs = ({ services }: Stack): number =>
  Object.values(services).reduce((sum, { process }) => sum + readCpuMsOf(process.pid ?? 0), 0)

async function ask({ stack, patientId }: Side, { share, body }: Question): Promise<Round> {
  const { host, issuer, key } = stack.north
  const text = JSON.stringify(body(patientId))
  const all = Array.from({ length: Math.ceil(requests * share) }, (_, jti) => {
    const token = signToken({ privateKey: key.privateKey, issuer, lifetimeSeconds: 800, claims: { jti } })
    return {
      headers: { 'content-type': 'application/json', host, authorization: `Bearer ${token}` },
      body: text,
    }
  })
  const before = readCpuMs(stack)
  const { perSecond } = await applyLoad(`${stack.url}/graphql`, all, connections)
  return { perSecond, cpuMs: (readCpuMs(stack) - before) / all.length }
}

async function measure(off: Side, on: Side, question: Question): Promise<{ off: Round[]; on: Round[] }> {
  const measured = { off: [] as Round[], on: [] as Round[] }
  // The first two rounds warm up.
  for (let round = -2; round < rounds; round += 1)
    for (const name of round % 2 ? (['on', 'off'] as const) : (['off', 'on'] as const)) {
      const figures = await ask(name === 'on' ? on : off, question)
      if (name === 'on')
        await Promise.all(Object.keys(on.stack.services).map((each) => on.stack.readMetrics(each)))
      if (round >= 0) measured[name].push(figures)
    }
  return measured
}

const receiver = await startSpanReceiver()
const sides: Side[] = []
try {
  sides.push(await open(), await open(receiver.url))
  const [off, on] = sides as [Side, Side]
  const lines: string[] = []
  const ratios: number[] = []
  for (const question of questions) {
    const measured = await measure(off, on, question)
    // Each round is compared with its neighbour: what else the machine does passes over both.
    const ratioOf = (figure: keyof Round): number =>
      median(measured.on.map((each, at) => each[figure] / (measured.off[at]?.[figure] ?? Number.NaN)))
    const medianOf = (name: 'off' | 'on', figure: keyof Round): number =>
      median(measured[name].map((each) => each[figure]))
    ratios.push(ratioOf('perSecond'))
    const cells = [
      ...[medianOf('off', 'perSecond').toFixed(0), medianOf('on', 'perSecond').toFixed(0)],
      `**${ratioOf('perSecond').toFixed(3)}**`,
      ...[
        medianOf('off', 'cpuMs').toFixed(2),
        medianOf('on', 'cpuMs').toFixed(2),
        ratioOf('cpuMs').toFixed(3),
      ],
    ]
    lines.push(`| ${question.title} | ${cells.join(' | ')} |`)
    process.stderr.write(`${lines.at(-1)}\n`)
  }
  const text = [
    `Medians of ${rounds} rounds, ${connections} connections, ${describeMachine()}; ${receiver.spans.length} spans arrived.`,
    '',
    '| request | requests/s off | requests/s on | share that is left | services’ CPU ms/request off | on | on ÷ off |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...lines,
    '',
  ].join('\n')
  process.stdout.write(`\n${text}`)
  if (values.write) replaceSection('observability', text)
  if (ratios.some((ratio) => ratio < bar)) {
    process.stderr.write(`the bar is ${bar}\n`)
    process.exitCode = 1
  }
} finally {
  await Promise.all(sides.map(({ stack }) => stack.stop()))
  await receiver.close()
}
