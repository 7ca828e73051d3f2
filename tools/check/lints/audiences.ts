import { graphNames, type GraphName } from '@commonchart/supergraph'
import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type EnumValueDefinitionNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
} from 'graphql'
import { listElements } from '../elements.ts'
import type { Fault, Lint } from './lint.ts'

const audiences: readonly string[] = ['settings', 'operator'] satisfies GraphName[]

/**
 * What a subgraph tags for `settings` or `operator` is in no other graph. It reads the subgraphs' own words, so that neither
 * composition nor the function that derives the graphs has to be believed.
 */
export const lintAudiences: Lint = ({ subgraphs, graphs }) => {
  const tagged = new Map<string, Set<string>>()
  for (const { text } of subgraphs)
    for (const definition of parse(text, { noLocation: true }).definitions)
      for (const [coordinate, directives] of listTaggable(definition))
        for (const name of readAudiences(directives))
          tagged.set(coordinate, (tagged.get(coordinate) ?? new Set()).add(name))
  return graphNames.flatMap((graph) => {
    const schema = graphs.get(graph)
    const shown = new Set(schema ? listElements(schema).map(({ coordinate }) => coordinate) : [])
    return [...tagged].flatMap(([coordinate, names]): Fault[] =>
      names.has(graph) || !shown.has(coordinate)
        ? []
        : [{ coordinate, message: `it is for ${[...names].join(' and ')}, and the ${graph} graph shows it` }],
    )
  })
}

type Directives = readonly ConstDirectiveNode[] | undefined

interface Part {
  name: { value: string }
  directives?: Directives
  fields?: readonly (FieldDefinitionNode | InputValueDefinitionNode)[]
  values?: readonly EnumValueDefinitionNode[]
}

function listTaggable(definition: DefinitionNode): [string, Directives][] {
  if (!/Type(Definition|Extension)$/.test(definition.kind)) return []
  const { name, directives, fields = [], values = [] } = definition as unknown as Part
  const type = name.value
  return [
    [type, directives],
    ...values.map((value): [string, Directives] => [`${type}.${value.name.value}`, value.directives]),
    ...fields.flatMap((field): [string, Directives][] => {
      const coordinate = `${type}.${field.name.value}`
      const parts = field.kind === Kind.FIELD_DEFINITION ? (field.arguments ?? []) : []
      return [
        [coordinate, field.directives],
        ...parts.map((each): [string, Directives] => [`${coordinate}(${each.name.value}:)`, each.directives]),
      ]
    }),
  ]
}

function readAudiences(directives: Directives): string[] {
  return (directives ?? []).flatMap(({ name, arguments: given }) => {
    const value = given?.find((each) => each.name.value === 'name')?.value
    const isTag = ['tag', 'federation__tag'].includes(name.value) && value?.kind === Kind.STRING
    return isTag && audiences.includes(value.value) ? [value.value] : []
  })
}
