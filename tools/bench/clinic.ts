/** A subgraph of the bench: the same shapes as the real ones, answering from memory. */
export interface BenchSubgraph {
  name: string
  schema: string
  resolvers: object
}

const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])\n'

const appointments = Array.from({ length: 50 }, (_, index) => ({
  id: String(1000 + index),
  startAt: new Date(Date.UTC(2027, 0, 4, 8, index * 15)).toISOString(),
  untilAt: new Date(Date.UTC(2027, 0, 4, 8, index * 15 + 15)).toISOString(),
  status: 'BOOKED',
  reason: `Follow-up ${index}`,
  version: 1,
  patient: { __typename: 'Patient', id: String(index + 1) },
}))

const describePatient = (id: string) => ({
  __typename: 'Patient',
  id,
  firstName: `First${id}`,
  lastName: `Last${id}`,
  dateOfBirth: '1980-02-03',
  gender: 'FEMALE',
  primaryPractitioner: { __typename: 'Provider', id: String(Number(id) % 8) },
})

const describeProvider = (id: string) => ({
  __typename: 'Provider',
  id,
  firstName: 'Ada',
  lastName: `Provider${id}`,
  specialty: 'Family medicine',
})

/** Three subgraphs, so that a query over all of them takes three hops one after the other. */
export const clinic: BenchSubgraph[] = [
  {
    name: 'appointments',
    schema: `${link}
      type Query { appointments(first: Int): AppointmentConnection }
      type AppointmentConnection { nodes: [Appointment!] totalCount: Int! }
      type Appointment @key(fields: "id") {
        id: ID! startAt: String! untilAt: String! status: Status! reason: String version: Int! patient: Patient!
      }
      enum Status { BOOKED CANCELLED }
      type Patient @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: {
        appointments: (_: unknown, { first }: { first: number }) => ({
          nodes: appointments.slice(0, first),
          totalCount: appointments.length,
        }),
      },
    },
  },
  {
    name: 'patients',
    schema: `${link}
      type Query { patient(id: ID!): Patient }
      type Patient @key(fields: "id") {
        id: ID! firstName: String! lastName: String! dateOfBirth: String! gender: String!
        primaryPractitioner: Provider
      }
      type Provider @key(fields: "id", resolvable: false) { id: ID! }`,
    resolvers: {
      Query: { patient: (_: unknown, { id }: { id: string }) => describePatient(id) },
      Patient: { __resolveReference: ({ id }: { id: string }) => describePatient(id) },
    },
  },
  {
    name: 'consumers-audit',
    schema: `${link}
      type Query { provider(id: ID!): Provider }
      type Provider @key(fields: "id") { id: ID! firstName: String! lastName: String! specialty: String }`,
    resolvers: {
      Query: { provider: (_: unknown, { id }: { id: string }) => describeProvider(id) },
      Provider: { __resolveReference: ({ id }: { id: string }) => describeProvider(id) },
    },
  },
]

/** A query that the bench asks. */
export interface BenchQuery {
  title: string
  requests: number
  body: string
}

export const queries: BenchQuery[] = [
  {
    title: 'small query',
    requests: 8000,
    body: JSON.stringify({
      query: 'query Small($id: ID!) { patient(id: $id) { id firstName lastName } }',
      variables: { id: '7' },
    }),
  },
  {
    title: 'three hops, 50 appointments',
    requests: 1000,
    body: JSON.stringify({
      query: `query ThreeHops($first: Int) {
        appointments(first: $first) {
          totalCount
          nodes {
            id startAt untilAt status reason version
            patient {
              id firstName lastName dateOfBirth gender
              primaryPractitioner { id firstName lastName specialty }
            }
          }
        }
      }`,
      variables: { first: 50 },
    }),
  },
]
