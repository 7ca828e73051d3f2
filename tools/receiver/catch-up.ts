import { existsSync, readFileSync } from 'node:fs'
import { askGraph, type GraphAddress } from '../environment/graph.ts'
import { writePrivateFile } from '../environment/private-file.ts'
import type { EventFile } from './event-file.ts'
import { listTopics, listTypes } from './topics.ts'

const changesDocument = `query CatchUp($after: String, $types: [String!]) {
  changes(after: $after, first: 100, types: $types) {
    nodes { eventId sequence action type id version patientId occurredAt }
    pageInfo { endCursor hasNextPage }
  }
}`

interface ChangesPage {
  nodes: {
    eventId: string
    sequence: string
    action: string
    type: string
    id: string
    version: number | null
    patientId: string | null
    occurredAt: string
  }[]
  pageInfo: { endCursor: string; hasNextPage: boolean }
}

export interface CatchUpOptions {
  file: EventFile
  /** Where the place is kept up to which everything was read. */
  cursorFile: string
  /** The public graph with a token that still lives. */
  getAddress: () => GraphAddress
  /** Only events of these topics; all of them when absent. */
  topics?: string[]
}

/**
 * Reads what changed since the last time and stores what no delivery brought. The place moves on only when all before it is on
 * the disk: whatever ends the program meanwhile, nothing is left out. Gives how many events were missing.
 */
export async function catchUp({ file, cursorFile, getAddress, topics }: CatchUpOptions): Promise<number> {
  let missing = 0
  const types = listTypes(topics)
  for (;;) {
    const after = existsSync(cursorFile) ? readFileSync(cursorFile, 'utf8').trim() : null
    const { changes } = (await askGraph(getAddress(), changesDocument, { after, types })) as {
      changes: ChangesPage
    }
    const results = await Promise.all(
      changes.nodes.map(async ({ type, id, sequence, ...node }) => {
        const topic = listTopics(node).find((each) => topics?.includes(each) ?? true)
        if (!topic) return null
        const appointment = type === 'Appointment' ? { appointmentId: id } : {}
        const event = { topic, ...node, ...appointment, sequence: Number(sequence) }
        return file.add(event, { via: 'changes' })
      }),
    )
    missing += results.filter((result) => result === 'STORED').length
    const { endCursor, hasNextPage } = changes.pageInfo
    writePrivateFile(cursorFile, endCursor)
    if (!hasNextPage) return missing
  }
}
