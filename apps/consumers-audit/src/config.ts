type Environment = Record<string, string | undefined>

/**
 * The services that are told of each change to a domain: all other subgraphs. `SUBGRAPHS` lists them, separated by
 * commas; each has its address in a variable of its own, such as `PATIENTS_URL`.
 */
export function readFollowers(environment: Environment): string[] {
  const list = environment.SUBGRAPHS || 'patients,appointments'
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '' && name !== 'consumers-audit')
}
