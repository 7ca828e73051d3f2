import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { signToken } from '@commonchart/testing'
import { createPatient } from '../records.ts'
import { openStack } from '../shared-stack.ts'
import type { Stack } from '../stack.ts'
import { until } from '../until.ts'

let stack: Stack
before(async () => {
  stack = await openStack()
})
after(() => stack.stop())

test('a record of one domain is nowhere to be seen from another', async () => {
  const { id } = await createPatient(stack.north, { firstName: 'Nora', lastName: 'North' })
  const mine = await stack.north.ask('query ($id: ID!) { patient(id: $id) { fullName } }', { id })
  assert.equal(mine.body.data?.patient.fullName, 'Nora North')
  const theirs = await stack.south.ask(
    'query ($id: ID!) { patient(id: $id) { id } patients(includeArchived: true) { nodes { id } totalCount } }',
    { id },
  )
  assert.deepEqual(theirs.body.data, { patient: null, patients: { nodes: [], totalCount: 0 } })
})

test('a record of one domain cannot be changed from another', async () => {
  const { id } = await createPatient(stack.north, { firstName: 'Ada', lastName: 'North' })
  const { body } = await stack.south.ask(
    'mutation ($input: UpdatePatientInput!) { updatePatient(input: $input) { patient { id } } }',
    { input: { id, firstName: 'Eve' } },
  )
  assert.equal(body.errors?.[0]?.extensions.code, 'NOT_FOUND')
  const mine = await stack.north.ask('query ($id: ID!) { patient(id: $id) { firstName } }', { id })
  assert.equal(mine.body.data?.patient.firstName, 'Ada')
})

test('a consumer of one domain is a stranger to another, though its token is in order', async () => {
  const answer = await stack.ask(`${stack.url}/graphql`, {
    query: '{ __typename }',
    host: stack.south.host,
    token: stack.north.token(),
  })
  assert.equal(answer.status, 401)
  assert.equal(answer.body.errors?.[0]?.extensions.code, 'UNAUTHENTICATED')
})

test('the support account of one domain is refused at the host of another', async () => {
  const answer = await stack.ask(`${stack.url}/settings/graphql`, {
    query: '{ __typename }',
    host: stack.south.host,
    token: stack.people.signPersonToken(stack.north.name),
  })
  assert.equal(answer.status, 401)
})

test('the same values are free in each domain, and ids that CHR takes as Int begin anew', async () => {
  for (const domain of [stack.north, stack.south]) {
    const { body } = await domain.askSettings(
      'mutation ($input: CreateLocationInput!) { createLocation(input: $input) { location { id } } }',
      { input: { name: 'Main' } },
    )
    assert.equal(body.data?.createLocation.location.id, '1', JSON.stringify(body))
  }
})

test('fields of the settings graph do not exist for a program', async () => {
  const { status, body } = await stack.north.ask('{ consumers { nodes { id } } }')
  assert.equal(status, 400)
  assert.equal(body.errors?.[0]?.extensions.code, 'GRAPHQL_VALIDATION_FAILED')
})

test('the operator graph is not served where programs speak, and takes no program’s token', async () => {
  const wrongPort = await stack.ask(`${stack.url}/operator/graphql`, {
    query: '{ __typename }',
    host: stack.north.host,
    token: stack.people.signOperatorToken(),
  })
  assert.equal(wrongPort.status, 404)
  for (const token of [stack.north.token(), stack.people.signPersonToken(stack.north.name), undefined]) {
    const answer = await stack.ask(stack.operatorUrl, { query: '{ __typename }', token })
    assert.equal(answer.status, 401)
  }
})

test('a forged identity header is dropped at the gateway', async () => {
  const identity = { ...stack.keys.signers.patients }
  assert.ok(identity.sign)
  const forged = stack.keys.signers.patients?.sign(
    {
      kind: 'service',
      subject: 'service:patients',
      name: 'patients',
      role: null,
      domainId: 2,
      scopes: null,
      keyId: null,
      ip: null,
      language: 'en',
      requestId: 'r',
      mutations: [],
    },
    'patients',
    '{}',
  )
  const { body } = await stack.north.ask(
    '{ patients { totalCount } }',
    {},
    { 'commonchart-identity': forged ?? '' },
  )
  const mine = await stack.north.ask('{ patients { totalCount } }')
  assert.deepEqual(body.data, mine.body.data)
})

test('a host that no domain has is answered 404, and a domain that is not enabled 403', async () => {
  const token = signToken({ privateKey: stack.north.key.privateKey, issuer: stack.north.issuer })
  const unknown = await stack.ask(`${stack.url}/graphql`, {
    query: '{ __typename }',
    host: 'nobody.test',
    token,
  })
  assert.equal(unknown.status, 404)
  assert.equal(unknown.body.errors?.[0]?.extensions.code, 'UNKNOWN_DOMAIN')
  await stack.askOperator(
    'mutation ($input: CreateDomainInput!) { createDomain(input: $input) { domain { id } } }',
    {
      input: { name: 'east', hosts: ['east.test'], zone: 'America/Halifax' },
    },
  )
  await until(async () => {
    const answer = await stack.ask(`${stack.url}/graphql`, {
      query: '{ __typename }',
      host: 'east.test',
      token,
    })
    return answer.status === 403 && answer.body.errors?.[0]?.extensions.code === 'API_NOT_ENABLED'
  }, 'a domain without a contract is refused')
})
