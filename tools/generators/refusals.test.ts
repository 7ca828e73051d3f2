import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { FsTree } from 'nx/src/generators/tree'
import generateEntity from './entity/generator.ts'
import type { EntityOptions } from './entity/options.ts'
import generateSubgraph, { type SubgraphOptions } from './subgraph/generator.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** A tree that is never written: what a generator throws is all that becomes of it. */
const openTree = () => new FsTree(root, false)

const subgraph: SubgraphOptions = { name: 'inventory', entity: 'StockItem', fields: 'label:String!' }
for (const [what, options, reason] of [
  ['is called as no subgraph is', { name: 'Inventory' }, /small letters/],
  ['is called as a second process is', { name: 'inventory-2' }, /end in a number/],
  ['is there', { name: 'patients' }, /project patients already/],
  ['is called as a library is', { name: 'audit' }, /project audit already/],
  ['is called as the tools are', { name: 'tools' }, /project tools already/],
  ['wants a port that another has', { port: 4101 }, /4101 is that of patients/],
  ['wants what is no port', { port: 80 }, /1024 to 65535/],
  ['has an owner whom nobody can ask', { owner: 'somebody' }, /@person or @organisation\/team/],
  ['begins with what is no type', { entity: 'stockItem' }, /as a type of the graph is/],
  ['begins with what the graph has', { entity: 'Location' }, /Location \(appointments\).*Query\.location/],
  ['begins with fields that cannot be', { fields: 'label:Text' }, /label has the type Text/],
] as [string, Partial<SubgraphOptions>, RegExp][])
  test(`a subgraph that ${what} is refused`, async () => {
    await assert.rejects(generateSubgraph(openTree(), { ...subgraph, ...options }), {
      name: 'Refused',
      message: reason,
    })
  })

const entity: EntityOptions = { name: 'StockItem', subgraph: 'appointments', fields: 'label:String!' }
for (const [what, options, reason] of [
  ['is of a subgraph that is not there', { subgraph: 'inventory' }, /no subgraph inventory/],
  [
    'is of one that is put together otherwise',
    { subgraph: 'consumers-audit' },
    /exports no SubgraphDefinition/,
  ],
  ['is referred to by nobody who is there', { referencedBy: 'inventory' }, /no subgraph inventory/],
  ['is referred to by its own subgraph', { referencedBy: 'appointments' }, /no reference table of its own/],
  [
    'has root fields that are there',
    { name: 'Slot', plural: 'Locations' },
    /Query\.locations \(appointments\)/,
  ],
  ['would take the table of another', { name: 'TimeClaim' }, /table time_claim already/],
  ['would take a table of every subgraph', { name: 'Counter' }, /table counter already/],
  ['would need a table of a taken name', { name: 'Order' }, /order: it is a word of SQL/],
  [
    'would take the name of a file',
    { name: 'Draft' },
    /apps\/appointments\/src\/draft-changes\.ts is there already/,
  ],
] as [string, Partial<EntityOptions>, RegExp][])
  test(`an entity that ${what} is refused`, async () => {
    await assert.rejects(generateEntity(openTree(), { ...entity, ...options }), {
      name: 'Refused',
      message: reason,
    })
  })
