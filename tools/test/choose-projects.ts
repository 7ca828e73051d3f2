/**
 * Gives the projects that were chosen, all when none was; a library is known without its scope, too. Throws on a name that
 * no project has: Nx would take an empty choice for all.
 */
export function chooseProjects(projects: string[], chosen: string[]): string[] {
  const found = chosen.map((name) => {
    const project = projects.find((each) => each === name || each === `@commonchart/${name}`)
    if (project === undefined) throw new Error(`there is no project ${name} with tests`)
    return project
  })
  return found.length === 0 ? projects : [...new Set(found)]
}
