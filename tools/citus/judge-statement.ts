import { parse } from 'libpg-query'
import { Domains } from './domains.ts'
import { isNode, nameOf, type Node } from './nodes.ts'

/** What a distributed database knows of the tables that a statement may name. */
export interface Placement {
  /** Tables that are spread over machines by their `domain_id`. */
  distributed: ReadonlySet<string>
}

/** Functions that give another value at each call: an UPDATE that is sent to several copies may not have them. */
const volatile = new Set([
  ...['random', 'clock_timestamp', 'timeofday', 'gen_random_uuid', 'uuidv4', 'uuidv7'],
  ...['nextval', 'setval', 'next_id', 'enqueue', 'enqueue_at'],
])
/** Functions whose value hangs on when or by whom they are called: an upsert may not have them either. */
const stable = new Set([
  ...['now', 'statement_timestamp', 'transaction_timestamp', 'current_setting', 'current_domain'],
])
/** Functions that write to distributed tables themselves: they stand alone in a statement. */
const writing = new Set(['next_id'])

/**
 * Says what keeps Citus from running a statement on one machine, as `docs/operations.md` lists it: a distributed table whose
 * domain it does not give, a volatile function in an UPDATE, one that is not immutable in an upsert. An empty list is none.
 */
export async function judgeStatement(text: string, { distributed }: Placement): Promise<string[]> {
  const { stmts = [] } = (await parse(text)) as { stmts?: { stmt: Node }[] }
  return stmts.flatMap(({ stmt }) => {
    const domains = new Domains(distributed)
    domains.read(stmt)
    const functions = domains.tables.length > 0 ? findFunctions(stmt) : []
    return [
      ...domains.listUnbound().map((table) => `${table}: the statement does not give its domain_id`),
      ...functions.flatMap(({ name, place }) => {
        if (place === 'update' && volatile.has(name)) return [`${name}() is volatile, in an UPDATE`]
        if (place === 'upsert' && (volatile.has(name) || stable.has(name)))
          return [`${name}() is not immutable, in an upsert`]
        return writing.has(name) ? [`${name}() writes itself, beside a distributed table`] : []
      }),
      ...findRefused(stmt),
    ]
  })
}

type Place = 'update' | 'upsert' | 'elsewhere'

/** Lists the functions that a statement calls, and where. */
function findFunctions(node: unknown, place: Place = 'elsewhere'): { name: string; place: Place }[] {
  if (Array.isArray(node)) return node.flatMap((each) => findFunctions(each, place))
  if (!isNode(node)) return []
  return Object.entries(node).flatMap(([kind, value]) => {
    const inside =
      kind === 'onConflictClause'
        ? 'upsert'
        : kind === 'UpdateStmt'
          ? 'update'
          : isQuery(kind)
            ? 'elsewhere'
            : place
    const below = findFunctions(value, inside)
    if (kind === 'FuncCall') return [{ name: nameOf((value as Node).funcname), place }, ...below]
    if (kind === 'SQLValueFunction') return [{ name: 'now', place }, ...below]
    return below
  })
}

const isQuery = (kind: string): boolean => /^(Select|Insert|Delete)Stmt$/.test(kind)

/** Commands that Citus does not carry out on distributed tables, whatever the table. */
function findRefused(statement: Node): string[] {
  const [kind = ''] = Object.keys(statement)
  const refused: Record<string, string> = {
    CreateTrigStmt: 'a trigger on a table',
    LockStmt: 'LOCK TABLE',
  }
  const what = refused[kind]
  return what ? [`${what} is refused`] : []
}
