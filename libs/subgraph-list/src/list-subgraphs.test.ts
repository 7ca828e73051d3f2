import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { listSubgraphs, subgraphNames, toVariable } from './list-subgraphs.ts'

const folder = mkdtempSync(join(tmpdir(), 'commonchart-apps-'))
const apps = pathToFileURL(`${folder}/`)
after(() => rmSync(folder, { recursive: true, force: true }))

function write(name: string, manifest: object): void {
  mkdirSync(join(folder, name), { recursive: true })
  writeFileSync(join(folder, name, 'package.json'), JSON.stringify(manifest))
}

test('the subgraphs are the apps that say so, by their ports, and nothing else', () => {
  write('tasks', { nx: { tags: ['type:subgraph'] }, commonchart: { port: 4105 } })
  write('chart', { nx: { tags: ['type:subgraph', 'domain:chart'] }, commonchart: { port: 4104 } })
  write('gateway', { nx: { tags: ['type:gateway'] } })
  mkdirSync(join(folder, 'no-app'))
  assert.deepEqual(listSubgraphs(apps), [
    { name: 'chart', port: 4104 },
    { name: 'tasks', port: 4105 },
  ])
})

test('a subgraph that does not say its port is named', () => {
  write('forgotten', { nx: { tags: ['type:subgraph'] } })
  assert.throws(() => listSubgraphs(apps), /apps\/forgotten\/package\.json does not say commonchart\.port/)
})

test('no two subgraphs of this workspace answer at one port', () => {
  const ports = listSubgraphs().map(({ port }) => port)
  assert.equal(new Set(ports).size, ports.length)
  assert.ok(subgraphNames.includes('consumers-audit'))
})

test('a name stands in variables in capitals', () => {
  assert.equal(toVariable('consumers-audit'), 'CONSUMERS_AUDIT')
})
