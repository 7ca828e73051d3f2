import { refusal } from '@commonchart/errors'
import { defaultFieldResolver, isObjectType, type GraphQLSchema } from 'graphql'

/**
 * Makes every field but mutations refuse arguments with the character U+0000: no stored text holds it, and asked of the
 * database it would end the read transaction that all fields of the request share. Mutations, each with a transaction of
 * its own, say for each input what is wrong with it.
 */
export function refuseUnreadableArguments(schema: GraphQLSchema): GraphQLSchema {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type === schema.getMutationType() || type.name.startsWith('__')) continue
    for (const field of Object.values(type.getFields())) {
      if (field.args.length === 0) continue
      const resolve = field.resolve ?? defaultFieldResolver
      field.resolve = (parent, args: Record<string, unknown>, context, info) => {
        const path = Object.keys(args).find((name) => holdsNul(args[name]))
        if (path !== undefined)
          throw refusal('BAD_USER_INPUT', 'A text cannot hold the character U+0000.', { path })
        return resolve(parent, args, context, info) as unknown
      }
    }
  }
  return schema
}

function holdsNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0')
  if (typeof value !== 'object' || value === null || value instanceof Date) return false
  return Object.values(value).some(holdsNul)
}

/** What PostgreSQL says of text that holds U+0000 or half a surrogate pair: only a caller can have sent it. */
export function isUnreadableText(error: unknown): boolean {
  const { code, detail } = (error ?? {}) as { code?: unknown; detail?: unknown }
  if (code === '22021' || code === '22P05') return true
  return code === '22P02' && typeof detail === 'string' && detail.startsWith('Unicode')
}
