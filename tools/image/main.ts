import { existsSync } from 'node:fs'
import { assembleImage } from './assemble.ts'

const root = new URL('../../', import.meta.url)
const [app, output] = process.argv.slice(2)

if (!app || !output || !existsSync(new URL(`apps/${app}/src/main.ts`, root))) {
  process.stderr.write(
    'usage: node tools/image/main.ts APP FOLDER\nMakes the folder of the image of apps/APP.\n',
  )
  process.exitCode = 2
} else if (existsSync(output)) {
  process.stderr.write(`${output} is there already: the folder of an image is made from nothing.\n`)
  process.exitCode = 1
} else {
  const { workspace, packages } = assembleImage(root, app, output)
  process.stdout.write(`${output}: ${workspace.join(', ')} and ${packages.length} packages\n`)
}
