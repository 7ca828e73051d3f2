import { createPrivateKey, type KeyObject } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { generateConsumerKey } from '../environment/consumer-key.ts'
import type { Home } from '../environment/home.ts'
import { writePrivateFile, writePublicFile } from '../environment/private-file.ts'
import { UsageError } from './io.ts'

/** The files of a new key. */
export interface MadeKey {
  privateKeyFile: string
  publicKeyFile: string
  publicPem: string
  privatePem: string
}

/**
 * Generates a consumer's RSA key: the private half into `file`, readable by its owner alone, the public half beside it with
 * `.pub` at its end. Throws `UsageError` when a file is there, unless `replace`.
 */
export async function makeKeyFiles(
  file: string,
  { bits = 2048, replace = false }: { bits?: number; replace?: boolean } = {},
): Promise<MadeKey> {
  if (!replace) refuseToReplace(file)
  if (!Number.isInteger(bits) || bits < 2048 || bits > 8192)
    throw new UsageError('--bits is a number from 2048 to 8192.')
  const { privatePem, publicPem } = await generateConsumerKey(bits)
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
  writePrivateFile(file, privatePem)
  writePublicFile(`${file}.pub`, publicPem)
  return { privateKeyFile: file, publicKeyFile: `${file}.pub`, publicPem, privatePem }
}

/**
 * Registers a public key: that of the file that is named, or of a new pair, whose private half goes to `--key-out` or into
 * the home folder. A pair that was refused leaves nothing behind, and a key file that it was to replace stays.
 */
export async function registerKey<Made>(
  options: { publicKey?: string; keyOut?: string; force?: boolean },
  { home, domain, name }: { home: Home; domain: string; name: string },
  register: (publicKey: string) => Promise<Made>,
): Promise<{ made: Made; privateKeyFile?: string }> {
  if (options.publicKey) return { made: await register(readText(options.publicKey)) }
  const file =
    options.keyOut ?? join(home.folder, `${domain}-${name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.pem`)
  if (!options.force) refuseToReplace(file)
  const { publicPem, privateKeyFile, publicKeyFile } = await makeKeyFiles(`${file}.new`, { replace: true })
  const made = await register(publicPem).catch((error: unknown) => {
    for (const each of [privateKeyFile, publicKeyFile]) rmSync(each)
    throw error
  })
  renameSync(privateKeyFile, file)
  renameSync(publicKeyFile, `${file}.pub`)
  return { made, privateKeyFile: file }
}

function refuseToReplace(file: string): void {
  if (existsSync(file))
    throw new UsageError(`${file} is there already: choose another file, or --force to replace it.`)
}

/** Reads a private key from a PEM file. Throws a sentence when it is not one. */
export function readPrivateKey(file: string): KeyObject {
  try {
    const key = createPrivateKey(readText(file))
    if (key.asymmetricKeyType === 'rsa') return key
  } catch (error) {
    if (error instanceof UsageError) throw error
  }
  throw new UsageError(`${file} holds no private RSA key as PEM.`)
}

/** Reads a text file. Throws a sentence when it cannot be read. */
export function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`, {
      cause: error,
    })
  }
}
