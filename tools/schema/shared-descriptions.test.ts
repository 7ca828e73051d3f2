import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { test } from 'node:test'
import { readSchema } from '@commonchart/subgraph'
import type { DefinitionNode, DocumentNode, StringValueNode } from 'graphql'

const apps = new URL('../../apps/', import.meta.url)
const subgraphs = readdirSync(apps).filter((name) =>
  readdirSync(new URL(`${name}/`, apps)).includes('schema'),
)

interface Described {
  name: { value: string }
  description?: StringValueNode
  fields?: readonly Described[]
  values?: readonly Described[]
  arguments?: readonly Described[]
}

/** Gives each element by its coordinate (`Type.field.argument`) with its description, '' where there is none. */
function describeElements(document: DocumentNode): Map<string, string> {
  const found = new Map<string, string>()
  const add = (node: Described, prefix: string): void => {
    const coordinate = `${prefix}${node.name.value}`
    found.set(coordinate, node.description?.value ?? '')
    for (const part of [...(node.fields ?? []), ...(node.values ?? []), ...(node.arguments ?? [])])
      add(part, `${coordinate}.`)
  }
  for (const definition of document.definitions)
    if (/TypeDefinition$/.test(definition.kind) && !isReference(definition)) add(definition as Described, '')
  return found
}

/** An entity that another subgraph resolves is described there. */
function isReference(definition: DefinitionNode): boolean {
  return (
    definition.kind === 'ObjectTypeDefinition' &&
    (definition.directives ?? []).some(({ name, arguments: given }) =>
      (given ?? []).some(
        (each) =>
          name.value === 'key' &&
          each.name.value === 'resolvable' &&
          each.value.kind === 'BooleanValue' &&
          !each.value.value,
      ),
    )
  )
}

test('what several subgraphs declare is described in the same words by each: composition takes one of them', () => {
  assert.ok(subgraphs.length >= 3, subgraphs.join())
  const wordings = new Map<string, Map<string, string>>()
  for (const name of subgraphs)
    for (const [coordinate, text] of describeElements(readSchema(new URL(`${name}/schema/`, apps)))) {
      const each = wordings.get(coordinate) ?? new Map<string, string>()
      wordings.set(coordinate, each.set(name, text))
    }
  const shared = [...wordings].filter(([, each]) => each.size > 1)
  assert.ok(shared.some(([coordinate]) => coordinate === 'ISO8601DateTime'))
  const different = shared.filter(([, each]) => new Set(each.values()).size > 1)
  assert.deepEqual(
    different.map(([coordinate, each]) => ({ coordinate, ...Object.fromEntries(each) })),
    [],
  )
})
