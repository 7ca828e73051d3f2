import ts from 'typescript'
import { Refused } from './refused.ts'

/** Inserts a statement behind the last import of a source. */
export function addImport(source: string, statement: string): string {
  const last = parse(source).statements.findLast(ts.isImportDeclaration)
  if (!last) return `${statement}\n\n${source}`
  return `${source.slice(0, last.end)}\n${statement}${source.slice(last.end)}`
}

/**
 * Adds an entry at the end of the object (or array) that an exported constant holds at a path, making what is not there; what
 * stands there as a name is spread into a new object. Throws `Refused` when there is no such constant.
 */
export function addEntry(source: string, constant: string, path: string[], entry: string): string {
  const declared = findConstant(parse(source), constant)
  const whole = declared && unwrap(declared.initializer)
  if (!whole || !ts.isObjectLiteralExpression(whole))
    throw new Refused(`There is no object ${constant} that could be added to.`)
  return addWithin(source, whole, path, entry)
}

function addWithin(
  source: string,
  object: ts.ObjectLiteralExpression,
  path: string[],
  entry: string,
): string {
  const [name, ...rest] = path
  if (name === undefined) return append(source, object, entry)
  const property = object.properties.findLast(
    (each) => each.name?.getText() === name || each.name?.getText() === `'${name}'`,
  )
  if (!property)
    return append(
      source,
      object,
      `${name}: ${rest.reduceRight((inner, key) => `{ ${key}: ${inner} }`, `{ ${entry} }`)}`,
    )
  if (ts.isShorthandPropertyAssignment(property))
    return replace(source, property, `${name}: { ...${name}, ${entry} }`)
  if (!ts.isPropertyAssignment(property)) throw new Refused(`${name} is not a value that could be added to.`)
  const value = unwrap(property.initializer)
  if (ts.isObjectLiteralExpression(value)) return addWithin(source, value, rest, entry)
  if (ts.isArrayLiteralExpression(value)) return append(source, value, entry)
  return replace(source, property.initializer, `{ ...${property.initializer.getText()}, ${entry} }`)
}

/** Adds a member at the end of an interface, `interface Name { member }`. Throws `Refused` when there is none. */
export function addMember(source: string, name: string, member: string): string {
  const found = findInterface(source, name)
  const at = found.members.end
  return `${source.slice(0, at)}\n  ${member}${source.slice(at)}`
}

/** Lets an interface extend one more. */
export function addHeritage(source: string, name: string, parent: string): string {
  const last = findInterface(source, name).heritageClauses?.at(-1)?.types.at(-1)
  if (!last) throw new Refused(`The interface ${name} extends nothing, not even BaseTables.`)
  return `${source.slice(0, last.end)}, ${parent}${source.slice(last.end)}`
}

/** Puts text before the documented declaration of an interface. */
export function addBeforeInterface(source: string, name: string, text: string): string {
  const at = findInterface(source, name).getStart(undefined, true)
  return `${source.slice(0, at)}${text}\n\n${source.slice(at)}`
}

/** The name of the constant that a source exports with this type, such as `SubgraphDefinition`; undefined when there is none. */
export function findConstantOfType(source: string, type: string): string | undefined {
  for (const statement of parse(source).statements) {
    if (!ts.isVariableStatement(statement)) continue
    for (const { name, type: declared } of statement.declarationList.declarations)
      if (declared && ts.isTypeReferenceNode(declared) && declared.typeName.getText() === type)
        return name.getText()
  }
  return undefined
}

function parse(source: string): ts.SourceFile {
  return ts.createSourceFile('source.ts', source, ts.ScriptTarget.Latest, true)
}

function findConstant(file: ts.SourceFile, name: string): { initializer: ts.Expression } | undefined {
  for (const statement of file.statements)
    if (ts.isVariableStatement(statement))
      for (const each of statement.declarationList.declarations)
        if (each.name.getText() === name && each.initializer) return { initializer: each.initializer }
  return undefined
}

function findInterface(source: string, name: string): ts.InterfaceDeclaration {
  const found = parse(source).statements.find(
    (each): each is ts.InterfaceDeclaration => ts.isInterfaceDeclaration(each) && each.name.text === name,
  )
  if (!found) throw new Refused(`There is no interface ${name} that could be added to.`)
  return found
}

/** What is written, without `as const` and `satisfies`. */
function unwrap(expression: ts.Expression): ts.Expression {
  if (
    ts.isAsExpression(expression) ||
    ts.isSatisfiesExpression(expression) ||
    ts.isParenthesizedExpression(expression)
  )
    return unwrap(expression.expression)
  return expression
}

function append(
  source: string,
  object: ts.ObjectLiteralExpression | ts.ArrayLiteralExpression,
  entry: string,
): string {
  const members = ts.isArrayLiteralExpression(object) ? object.elements : object.properties
  const last = members.at(-1)
  if (!last) return `${source.slice(0, object.getStart() + 1)}${entry}${source.slice(object.getStart() + 1)}`
  return `${source.slice(0, last.end)}, ${entry}${source.slice(last.end)}`
}

function replace(source: string, node: ts.Node, text: string): string {
  return `${source.slice(0, node.getStart())}${text}${source.slice(node.end)}`
}
