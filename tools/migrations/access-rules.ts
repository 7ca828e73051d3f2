import type { AlterOwnerStmt, CreateFunctionStmt, CreatePolicyStmt, GrantStmt } from 'libpg-query'
import { signatureOf } from './catalogue.ts'
import { isInUse, type Rule } from './rule.ts'
import { as, hasOption, lastName, tableName } from './statements.ts'

export const checkGrant: Rule<GrantStmt> = (stmt, setting) => {
  const roles = (stmt.grantees ?? []).map((each) => as(each, 'RoleSpec'))
  const toAll = roles.some((role) => role?.roletype === 'ROLESPEC_PUBLIC')
  if (stmt.is_grant)
    return toAll
      ? ['A right that everybody has is one that nobody looks after: GRANT it to the role that needs it.']
      : []
  const tables = (stmt.objects ?? []).map((each) => as(each, 'RangeVar')).filter((each) => each !== undefined)
  return tables
    .filter((each) => isInUse(tableName(each), setting) && !toAll)
    .map(
      (each) =>
        `The release that still runs may use the right that is taken from it on ${tableName(each)}: take it away in the release after the one that stops.`,
    )
}

export const checkPolicy: Rule<CreatePolicyStmt> = ({ permissive, table }) =>
  permissive
    ? [
        `Policies add up, so that a second one opens ${tableName(table)}: SELECT commonchart.protect(…) makes the only one there is; what narrows is AS RESTRICTIVE.`,
      ]
    : []

export const checkOwner: Rule<AlterOwnerStmt> = ({ objectType, newowner }) =>
  objectType === 'OBJECT_FUNCTION' && /^commonchart_(maintenance|finder)$/.test(newowner?.rolename ?? '')
    ? []
    : [
        'Everything belongs to the migrator, and what crosses domains to commonchart_maintenance or commonchart_finder: nothing else changes its owner.',
      ]

export const checkFunction: Rule<CreateFunctionStmt> = (stmt, setting) => {
  if (!hasOption(stmt.options, 'security')) return []
  const signature = signatureOf(stmt)
  const faults: string[] = []
  const isFixed = (stmt.options ?? []).some((each) => {
    const option = as(each, 'DefElem')
    return option?.defname === 'set' && as(option.arg, 'VariableSetStmt')?.name === 'search_path'
  })
  if (!isFixed)
    faults.push(
      `${signature} runs with its owner's rights on whatever the caller's search_path finds: SET search_path = pg_catalog, pg_temp.`,
    )
  const keepsRights = stmt.replace && setting.before.functions.has(signature)
  const isClosed = setting.statements.some(({ node }) => {
    const grant = as(node, 'GrantStmt')
    return (
      grant &&
      !grant.is_grant &&
      (grant.objects ?? []).some(
        (each) => lastName(as(each, 'ObjectWithArgs')?.objname) === lastName(stmt.funcname),
      )
    )
  })
  if (!keepsRights && !isClosed)
    faults.push(
      `Everybody may run ${signature} with its owner's rights: REVOKE ALL ON FUNCTION … FROM PUBLIC, and GRANT EXECUTE to the role that needs it.`,
    )
  return faults
}
