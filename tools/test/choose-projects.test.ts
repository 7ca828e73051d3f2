import assert from 'node:assert/strict'
import { test } from 'node:test'
import { chooseProjects } from './choose-projects.ts'

test('a project is chosen by its name, a library without its scope, too, and a name that is none never means all', () => {
  const projects = ['@commonchart/errors', 'patients', 'tools']
  assert.deepEqual(chooseProjects(projects, []), projects)
  assert.deepEqual(chooseProjects(projects, ['tools', 'errors', 'tools']), ['tools', '@commonchart/errors'])
  assert.throws(() => chooseProjects(projects, ['tools', 'error']), /there is no project error/)
})
