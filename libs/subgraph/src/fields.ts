import {
  getDirectiveValues,
  GraphQLIncludeDirective,
  GraphQLSkipDirective,
  isAbstractType,
  isCompositeType,
  typeFromAST,
  getNamedType,
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLResolveInfo,
  type SelectionSetNode,
} from 'graphql'

/**
 * Names the fields that a query asks for of what a resolver returns, following fragments, `@skip` and `@include`; with
 * `paths` such as `nodes` and `edges.node`, of what lies there (`''` is the returned object itself). Only these columns need to be read.
 */
export function requestedFields(info: GraphQLResolveInfo, ...paths: string[]): Set<string> {
  const named = getNamedType(info.returnType)
  const type = isCompositeType(named) ? named : undefined
  const roots = info.fieldNodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
  if (paths.length === 0) return namesIn(roots, type, info)
  const names = new Set<string>()
  for (const path of paths)
    for (const name of namesIn(follow(roots, path === '' ? [] : path.split('.'), info), undefined, info))
      names.add(name)
  return names
}

/** Names the fields asked for of one entity type under `_entities`, where the returned type is the union of all. */
export function requestedEntityFields(info: GraphQLResolveInfo, typeName: string): Set<string> {
  const type = info.schema.getType(typeName)
  const roots = info.fieldNodes.flatMap((node) => (node.selectionSet ? [node.selectionSet] : []))
  return namesIn(roots, isCompositeType(type) ? type : undefined, info)
}

function namesIn(
  sets: SelectionSetNode[],
  type: GraphQLCompositeType | undefined,
  info: GraphQLResolveInfo,
): Set<string> {
  return new Set(
    fieldsIn(sets, type, info)
      .map((field) => field.name.value)
      .filter((name) => name !== '__typename'),
  )
}

function follow(sets: SelectionSetNode[], path: string[], info: GraphQLResolveInfo): SelectionSetNode[] {
  let current = sets
  for (const step of path)
    current = fieldsIn(current, undefined, info).flatMap((field) =>
      field.name.value === step && field.selectionSet ? [field.selectionSet] : [],
    )
  return current
}

function fieldsIn(
  sets: SelectionSetNode[],
  type: GraphQLCompositeType | undefined,
  info: GraphQLResolveInfo,
): FieldNode[] {
  const fields: FieldNode[] = []
  for (const { selections } of sets) {
    for (const selection of selections) {
      if (getDirectiveValues(GraphQLSkipDirective, selection, info.variableValues)?.if === true) continue
      if (getDirectiveValues(GraphQLIncludeDirective, selection, info.variableValues)?.if === false) continue
      if (selection.kind === 'Field') {
        fields.push(selection)
        continue
      }
      const fragment = selection.kind === 'InlineFragment' ? selection : info.fragments[selection.name.value]
      if (!fragment) continue
      const condition = fragment.typeCondition && typeFromAST(info.schema, fragment.typeCondition)
      if (type && condition && isCompositeType(condition) && !mayBe(condition, type, info)) continue
      fields.push(...fieldsIn([fragment.selectionSet], type, info))
    }
  }
  return fields
}

function mayBe(
  condition: GraphQLCompositeType,
  type: GraphQLCompositeType,
  info: GraphQLResolveInfo,
): boolean {
  if (condition === type) return true
  if (isAbstractType(condition) && !isAbstractType(type)) return info.schema.isSubType(condition, type)
  if (isAbstractType(type)) return true
  return false
}
