import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { globSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import type { Command } from 'commander'
import type { Io } from './io.ts'
import { createProgram } from './program.ts'

const root = fileURLToPath(new URL('../../', import.meta.url))
let printed = ''
const out = { write: (text: string) => void (printed += text) }
const io = { out, err: out, environment: {} } as unknown as Io

function listCommands(command: Command): Command[] {
  return [command, ...command.commands.flatMap(listCommands)]
}

function readHelp(command: Command): string {
  printed = ''
  command.outputHelp()
  return printed
}

/** Splits a line as a shell does; what follows a pipe, a redirection, a comment or an ellipsis is not ours. */
function splitLine(line: string): string[] {
  const words = line.match(/'[^']*'|"[^"]*"|\S+/g) ?? []
  const end = words.findIndex((word) => /^(#|\||&&|…|>)/.test(word))
  return (end < 0 ? words : words.slice(0, end)).map((word) => word.replace(/^(['"])(.*)\1$/, '$2'))
}

/** Says what is wrong with a command line, or nothing. */
function findFault(args: string[]): string | undefined {
  let command = createProgram(io)
  const rest = [...args]
  for (;;) {
    const next = command.commands.find((each) => each.name() === rest[0])
    if (!next) break
    command = next
    rest.shift()
  }
  if (rest.includes('--help')) return undefined
  if (command.commands.length > 0) return `there is no command ${rest[0]}`
  const { operands, unknown } = command.parseOptions(rest)
  const ofProgram = createProgram(io).parseOptions(unknown)
  if (ofProgram.unknown.length > 0) return `there is no option ${ofProgram.unknown[0]}`
  for (const { long, mandatory } of command.options)
    if (mandatory && !rest.includes(long ?? '')) return `${long} is missing`
  const required = command.registeredArguments.filter((each) => each.required).length
  const most = command.registeredArguments.length
  return operands.length < required || operands.length > most ? `it takes other arguments` : undefined
}

test('every command line in the documents is one that chart takes', () => {
  const lines = globSync(['*.md', 'docs/**/*.md'], { cwd: root }).flatMap((file) =>
    [...readFileSync(`${root}${file}`, 'utf8').matchAll(/npm run chart -- (.*)/g)].map((match) => match[1]),
  )
  assert.ok(lines.length >= 8)
  for (const line of lines) assert.equal(findFault(splitLine(line ?? '')), undefined, line)
})

test('every example in the help is one that chart takes', () => {
  const lines = listCommands(createProgram(io)).flatMap((command) =>
    [...readHelp(command).matchAll(/^ {2}\$ chart (.*)$/gm)].map((match) => match[1]),
  )
  assert.ok(lines.length >= 15)
  for (const line of lines) assert.equal(findFault(splitLine(line ?? '')), undefined, line)
})

test('a reader that has seen enough is no failure', () => {
  const { stderr } = spawnSync(
    'sh',
    ['-c', '"$0" tools/chart/main.ts consumer create --help | true', process.execPath],
    {
      cwd: root,
      encoding: 'utf8',
    },
  )
  assert.equal(stderr, '')
})

test('an example with an option that is not there, or without one that must be, would be found', () => {
  assert.equal(
    findFault(['consumer', 'create', 'x', '--domain', 'd', '--key', 'k']),
    'there is no option --key',
  )
  assert.equal(findFault(['domain', 'enable', 'x']), '--contract is missing')
  assert.equal(findFault(['domain', 'open', 'x']), 'there is no command open')
})
