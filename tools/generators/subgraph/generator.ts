import { formatFiles, type GeneratorCallback, type Tree } from '@nx/devkit'
import { addFiles } from '../add-files.ts'
import { composeTree, listSubgraphsOf } from '../compose-tree.ts'
import { edit, insertBefore } from '../edit-text.ts'
import { addEntity, finish } from '../entity/generator.ts'
import { readSubgraphName, toCamel } from '../names.ts'
import { Refused } from '../refused.ts'
import { sharedDefinitions } from '../shared-definitions.ts'
import { addToCompose } from './add-to-compose.ts'
import { addToConsole } from './add-to-console.ts'
import { addToLockfile } from './add-to-lockfile.ts'

/** What was asked for on the command line. */
export interface SubgraphOptions {
  name: string
  entity: string
  fields: string
  plural?: string
  patient?: boolean
  port?: number
  owner?: string
  title?: string
  frenchTitle?: string
}

/** `nx g @commonchart/tools:subgraph`: a subgraph with its first entity. Nothing is written when it is refused. */
export default async function generateSubgraph(
  tree: Tree,
  options: SubgraphOptions,
): Promise<GeneratorCallback> {
  const { entity, fields, plural, patient } = options
  const name = readSubgraphName(options.name)
  if (tree.exists(`apps/${name}`) || tree.exists(`libs/${name}`) || name === 'tools')
    throw new Refused(`There is a project ${name} already.`)
  const port = choosePort(tree, options.port)
  const owner = options.owner ?? `@commonchart/${name}`
  if (!/^@[\w-]+(?:\/[\w.-]+)?$/.test(owner))
    throw new Refused(`An owner is written as @person or @organisation/team, not "${owner}".`)
  const title = options.title ?? toTitle(name)
  addFiles(tree, new URL('files/', import.meta.url), `apps/${name}`, {
    ...{ name, port, title, constant: toConstant(name) },
    sharedDefinitions: Object.values(sharedDefinitions),
  })
  edit(tree, 'docker-compose.yml', (text) => addToCompose(text, { name, port }))
  edit(tree, 'package-lock.json', (text) => addToLockfile(text, name))
  edit(tree, 'CODEOWNERS', (text) => insertBefore(text, '/libs/audit/ ', `/apps/${name}/ ${owner}\n`))
  addToConsole(tree, name, { en: title, fr: options.frenchTitle ?? title })
  const added = addEntity(tree, { name: entity, subgraph: name, fields, plural, patient })
  edit(tree, 'README.md', (text) =>
    insertBefore(text, '| `apps/console` ', `| \`apps/${name}\` | ${added.plural.words} |\n`),
  )
  composeTree(tree)
  await formatFiles(tree)
  const french = options.frenchTitle ? [] : [`say in the texts of the console what ${title} is in French`]
  return () => finish(tree, added, french)
}

/** The port that was asked for, or the next one. Throws `Refused` for one that another subgraph has. */
function choosePort(tree: Tree, asked: number | undefined): number {
  const known = listSubgraphsOf(tree)
  const port = asked ?? Math.max(...known.map((each) => each.port)) + 1
  if (!Number.isInteger(port) || port < 1024 || port > 65_535)
    throw new Refused(`A port is a number from 1024 to 65535, not ${port}.`)
  const taken = known.find((each) => each.port === port)
  if (taken) throw new Refused(`The port ${port} is that of ${taken.name}.`)
  return port
}

function toTitle(name: string): string {
  const words = name.replaceAll('-', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** A subgraph is called in code so that no record of it is. */
function toConstant(name: string): string {
  return `${toCamel(name)}Subgraph`
}
