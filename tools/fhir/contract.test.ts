import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { buildSubgraph } from '@commonchart/subgraph'
import { getOperationAST, getVariableValues, parse, validate } from 'graphql'
import { createFakeGateway } from './fake-gateway.ts'
import { importFhir } from './import.ts'
import type { Send } from './send.ts'

const schemas = ['patients', 'appointments'].map((name) =>
  buildSubgraph({ schemaFolder: new URL(`../../apps/${name}/schema/`, import.meta.url), resolvers: {} }),
)

/** Passes on what the subgraph that owns the mutation would take, by its schema and the forms of its scalars. */
function checking(send: Send): Send {
  return (query, variables) => {
    const document = parse(query)
    const schema = schemas.find((one) => validate(one, document).length === 0)
    assert(schema, `no subgraph takes ${query}`)
    const { errors } = getVariableValues(
      schema,
      getOperationAST(document)?.variableDefinitions ?? [],
      variables,
    )
    assert.deepEqual(errors ?? [], [])
    return send(query, variables)
  }
}

const data =
  process.env['COMMONCHART_DATA'] ?? fileURLToPath(new URL('../../../shared/data', import.meta.url))
const clinic = fileURLToPath(new URL('fixtures/clinic', import.meta.url))

for (const folder of [clinic, `${data}/fhir-r4-10`, `${data}/fhir-r4-100`]) {
  const skip = existsSync(folder) ? false : `no bulk data in ${folder}: set COMMONCHART_DATA`
  test(
    `what is sent of ${folder.split('/').at(-1)} is what the subgraphs' schemas take`,
    { skip },
    async () => {
      const report = await importFhir({ folder, send: checking(createFakeGateway().send) })
      assert.equal(report.stopped, null)
      assert(report.types.some(({ created }) => created > 0))
    },
  )
}
