import type { SampleLanguage } from '../call.ts'
import { verifyInCsharp } from './csharp.ts'
import { verifyInNode } from './node.ts'
import { verifyInPython } from './python.ts'
import { verifyInShell } from './shell.ts'

/**
 * Programs that verify one delivery: they are given its three headers and the file of its body, and the subscription's secrets
 * as WEBHOOK_SECRETS, apart by spaces.
 */
export const verifications: Record<SampleLanguage, string> = {
  curl: verifyInShell,
  node: verifyInNode,
  python: verifyInPython,
  csharp: verifyInCsharp,
}
