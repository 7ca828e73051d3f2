import type { FieldShape, Selection, ValueShape } from './compile-shape.ts'

type Fields = Record<string, unknown>
type Path = (string | number)[]

/** A value that an answer cannot show although nobody reported an error there. */
export interface Gap {
  path: Path
  reason: string
}

export interface ShapedAnswer {
  data: Fields | null
  gaps: Gap[]
}

/** Stands for a null where none may be, so that what contains it becomes null in turn. */
const nothing = Symbol('nothing')

interface Work {
  path: Path
  gaps: Gap[]
  introspect: (name: string) => unknown
}

/**
 * Brings what the subgraphs answered into the shape of the operation: the fields asked for, in their order, under their
 * response names; a null that must not be takes the nearest nullable value around it with it.
 */
export function shapeAnswer(
  root: Selection,
  source: Fields,
  introspect: (name: string) => unknown,
): ShapedAnswer {
  const work: Work = { path: [], gaps: [], introspect }
  const data = shapeObject(root, source, work)
  return { data: data === nothing ? null : (data as Fields | null), gaps: work.gaps }
}

function shapeObject(selection: Selection, source: Fields, work: Work): Fields | null | typeof nothing {
  const typename = selection.typename ?? (source.__typename as string | undefined)
  const fields = selection.fieldsOf(typename)
  if (fields === null) return leaveGap(work, 'an object is of a type that this graph does not have', null)
  const result: Fields = {}
  for (const field of fields) {
    const value = field.own ? answerOwn(field, typename, work) : shapeField(field, source, work)
    if (value === nothing) return nothing
    result[field.name] = value
  }
  return result
}

function shapeField(field: FieldShape, source: Fields, work: Work): unknown {
  work.path.push(field.name)
  const value = shapeValue(field.value, source[field.name], work)
  work.path.pop()
  return value
}

function answerOwn(field: FieldShape, typename: string | undefined, work: Work): unknown {
  if (field.own === 'introspection') return work.introspect(field.name)
  return typename ?? leaveGap(work, 'an object does not say of which type it is', nothing)
}

function shapeValue(shape: ValueShape, value: unknown, work: Work): unknown {
  if (value === null || value === undefined)
    return shape.nonNull ? leaveGap(work, 'a value is missing that must be there', nothing) : null
  const shaped = shapePresent(shape, value, work)
  // What must not be null and became so passes it on; what may be null keeps it to itself.
  if (shaped === nothing || shaped === null) return shape.nonNull ? nothing : null
  return shaped
}

function shapePresent(shape: ValueShape, value: unknown, work: Work): unknown {
  if (shape.element) return shapeList(shape.element, value, work)
  if (shape.selection) {
    if (typeof value === 'object' && !Array.isArray(value))
      return shapeObject(shape.selection, value as Fields, work)
    return leaveGap(work, 'an object was expected', nothing)
  }
  if (shape.isValid && !shape.isValid(value))
    return leaveGap(work, 'a value is not of the type that this graph gives the field', nothing)
  return value
}

function shapeList(element: ValueShape, value: unknown, work: Work): unknown {
  if (!Array.isArray(value)) return leaveGap(work, 'a list was expected', nothing)
  const list: unknown[] = []
  let broken = false
  for (let index = 0; index < value.length; index++) {
    work.path.push(index)
    const shaped = shapeValue(element, value[index], work)
    work.path.pop()
    if (shaped === nothing) broken = true
    list.push(shaped)
  }
  return broken ? nothing : list
}

function leaveGap<Result>(work: Work, reason: string, result: Result): Result {
  work.gaps.push({ path: [...work.path], reason })
  return result
}
