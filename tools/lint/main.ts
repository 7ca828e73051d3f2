/**
 * `npm run lint`: the whole workspace in one process, which takes a third of the processor time of one for each project.
 * `nx lint NAME` looks at one project alone.
 */
import { fileURLToPath } from 'node:url'
import { createProjectGraphAsync } from '@nx/devkit'
import { ESLint } from 'eslint'

process.env.NX_DAEMON = 'false'
// Without a project graph the rule of what may use what is skipped silently.
await createProjectGraphAsync()
const eslint = new ESLint({ cwd: fileURLToPath(new URL('../../', import.meta.url)) })
const results = await eslint.lintFiles('.')
const formatter = await eslint.loadFormatter('stylish')
const report = await formatter.format(results)
if (report !== '') console.log(report)
process.exitCode = results.some(({ errorCount }) => errorCount > 0) ? 1 : 0
